import assert from "node:assert/strict";
import { Alerts } from "../../src/alert/alerts.ts";
import type { Happening } from "../../src/core/record.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { FATAL, makeHttpAlert, makeRecord } from "../support/make_alert.ts";
import { makeConfiguration, makeProgram } from "../support/make_program.ts";
import { makeSender } from "../support/send_context.ts";

Deno.test("an HTTP server that fails twice has the message after the second wait, once", async () => {
  const answers = [503, 500, 200];
  const bodies: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    bodies.push(await request.text());
    return new Response("", { status: answers[bodies.length - 1] ?? 418 });
  });
  const clock = new FakeClock();
  const records: Happening[] = [];
  let onSave = (): void => {};
  const alerts = new Alerts({
    clock,
    store: { load: () => new Map(), save: () => onSave(), flushed: () => Promise.resolve() },
    sender: makeSender(),
    record: (happening) => records.push(happening),
    factsOf: () => null,
    outputOf: () => Promise.resolve([]),
  });
  /** Resolves when the next attempt has come to its end. */
  const attempted = (): Promise<void> => {
    const before = bodies.length;
    return new Promise((resolve) => {
      onSave = () => {
        const [status] = alerts.status();
        if (status!.failures === before + 1 || status!.sent > 0) resolve();
      };
    });
  };
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const hook = makeHttpAlert({ name: "hook", url, outputLines: 0 });
  alerts.configure({ ...makeConfiguration([makeProgram()]), alerts: new Map([["hook", hook]]) });
  let attempt = attempted();
  alerts.take(makeRecord(FATAL));
  await attempt;
  for (const waitMs of [10_000, 20_000]) {
    const before = bodies.length;
    await clock.advance(waitMs - 1);
    assert.equal(bodies.length, before);
    attempt = attempted();
    await clock.advance(1);
    await attempt;
  }
  assert.equal(bodies.length, 3);
  assert.equal(new Set(bodies).size, 1);
  assert.deepEqual(records.map(({ kind }) => kind), ["alert_failed", "alert_recovered"]);
  await clock.advance(3_600_000);
  assert.equal(bodies.length, 3);
  await server.shutdown();
});
