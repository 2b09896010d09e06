import assert from "node:assert/strict";
import type { AlertStatus } from "../../src/core/alert/status.ts";
import { alerts } from "../../src/commands/alerts.ts";
import type { CommandContext } from "../../src/commands/command.ts";
import type { AlertTestReply, Controller } from "../../src/ports/controller.ts";
import { makeAlertStatus } from "../support/make_alert.ts";

const WELL = makeAlertStatus();

interface Answers {
  readonly status?: readonly AlertStatus[];
  readonly test?: AlertTestReply | Promise<AlertTestReply>;
  readonly interrupt?: AbortSignal;
}

async function run(
  args: readonly string[],
  { status = [], test = { results: [], unknown: null }, interrupt }: Answers,
  options: Record<string, boolean> = {},
): Promise<{ code: number; out: string; err: string; asked: (string | undefined)[] }> {
  let [out, err] = ["", ""];
  const asked: (string | undefined)[] = [];
  const context = {
    controller: {
      alerts: () => Promise.resolve(status),
      testAlerts(name?: string) {
        asked.push(name);
        return Promise.resolve(test);
      },
    } as Partial<Controller> as Controller,
    output: {
      write: (text: string) => out += text,
      writeError: (text: string) => err += text,
      writeLive: () => {},
      colour: false,
      width: 80,
    },
    interrupt: interrupt ?? new AbortController().signal,
  } as Partial<CommandContext> as CommandContext;
  const code = await alerts.run({ args, options }, context);
  return { code, out, err, asked };
}

Deno.test("alerts says that there are none", async () => {
  const { code, out } = await run([], {});
  assert.deepEqual([code, out.includes("no alerts are configured")], [0, true]);
});

Deno.test("alerts ends with 1 when one of them is not well", async () => {
  assert.equal((await run([], { status: [WELL] })).code, 0);
  assert.equal((await run([], { status: [WELL, { ...WELL, failures: 1 }] })).code, 1);
  assert.equal((await run([], { status: [{ ...WELL, problem: "x" }] })).code, 1);
});

Deno.test("alerts --json prints one object per line", async () => {
  const { out } = await run([], { status: [WELL, WELL] }, { json: true });
  assert.deepEqual(out.trimEnd().split("\n").map((line) => JSON.parse(line)), [WELL, WELL]);
});

Deno.test("alerts test tells what came of it, and ends with 1 when it failed", async () => {
  const results = [
    { name: "a", target: "/dev/log", failure: null },
    { name: "b", target: "https://h/…", failure: "no route" },
  ];
  const { code, out, err, asked } = await run(["test"], { test: { results, unknown: null } });
  assert.deepEqual([code, out, err], [1, "a: sent to /dev/log\n", "b: ERROR (no route)\n"]);
  assert.deepEqual(asked, [undefined]);
  const json = await run(["test"], { test: { results, unknown: null } }, { json: true });
  assert.deepEqual(json.out.trimEnd().split("\n").map((line) => JSON.parse(line)), results);
});

Deno.test("alerts test NAME suggests the name that was meant", async () => {
  const unknown = { name: "oncal", suggestion: "oncall" };
  const { code, err, asked } = await run(["test", "oncal"], { test: { results: [], unknown } });
  assert.deepEqual([code, err], [1, 'there is no alert "oncal"; did you mean "oncall"?\n']);
  assert.deepEqual(asked, ["oncal"]);
});

Deno.test("alerts knows no other word than test", async () => {
  const { code, err, asked } = await run(["tset"], {});
  assert.deepEqual([code, err], [2, '"alerts tset" is nothing; did you mean "alerts test"?\n']);
  assert.deepEqual(asked, []);
});

Deno.test("alerts test ends with Ctrl-C, and the test goes on", async () => {
  const abort = new AbortController();
  const test = new Promise<AlertTestReply>(() => {});
  const running = run(["test"], { test, interrupt: abort.signal });
  abort.abort();
  assert.deepEqual((await running).err, "no longer waiting; the test goes on\n");
});
