import assert from "node:assert/strict";
import { Alerts } from "../../src/alert/alerts.ts";
import type { AlertMessage, OutputExcerpt } from "../../src/core/alert/message.ts";
import type { Delivery } from "../../src/core/alert/outbox.ts";
import type { AlertSettings } from "../../src/core/alert/settings.ts";
import type { StoredAlert } from "../../src/core/alert/stored_alert.ts";
import type { Happening } from "../../src/core/record.ts";
import type { AlertSender, AlertStore } from "../../src/ports/alerts.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";
import {
  FATAL,
  KILLED,
  makeEmailAlert,
  makeRecord,
  makeSyslogAlert,
  RUNNING,
} from "../support/make_alert.ts";
import { makeConfiguration, makeProgram } from "../support/make_program.ts";

class FakeStore implements AlertStore {
  stored: Record<string, StoredAlert> = {};

  load(): ReadonlyMap<string, StoredAlert> {
    return new Map(Object.entries(structuredClone(this.stored)));
  }

  save(collect: () => Readonly<Record<string, StoredAlert>>): void {
    this.stored = structuredClone(collect());
  }

  flushed(): Promise<void> {
    return Promise.resolve();
  }
}

/** Alerts among fakes. `answer` is what becomes of every message; null = it hangs. */
class World implements AlertSender {
  readonly clock = new FakeClock();
  readonly sent: { readonly alert: string; readonly message: AlertMessage }[] = [];
  readonly records: Happening[] = [];
  answer: Delivery | Promise<Delivery> | null = { kind: "delivered" };
  output: () => Promise<readonly OutputExcerpt[]> = () => Promise.resolve([]);
  readonly store: FakeStore;
  readonly alerts: Alerts;

  constructor(settings: readonly AlertSettings[], before?: World) {
    this.store = before?.store ?? new FakeStore();
    this.alerts = new Alerts({
      clock: this.clock,
      store: this.store,
      sender: this,
      // As in the program: what alerts report comes back to them by the journal.
      record: (happening) => {
        this.records.push(happening);
        this.alerts.take(makeRecord(happening, { process: null }));
      },
      factsOf: () => ({ starts: 3 }),
      outputOf: () => this.output(),
    });
    this.configure(settings);
  }

  configure(settings: readonly AlertSettings[]): void {
    const alerts = new Map(settings.map((each) => [each.name, each]));
    this.alerts.configure({ ...makeConfiguration([makeProgram()]), alerts });
  }

  take(happening: Happening, process: string | null = "web:0"): void {
    this.alerts.take(makeRecord(happening, { process, time: this.clock.date() }));
  }

  send({ name: alert }: AlertSettings, message: AlertMessage): Promise<Delivery> {
    this.sent.push({ alert, message });
    return this.answer === null ? new Promise(() => {}) : Promise.resolve(this.answer);
  }

  problemOf(): string | null {
    return null;
  }

  /** "oncall: fatal recovered" for each message. */
  get told(): string[] {
    return this.sent.map(({ alert, message }) =>
      `${alert}: ${message.items.map(({ event }) => event).join(" ")}`
    );
  }
}

Deno.test("Alerts tell what their settings name, about the programs they name", async () => {
  const world = new World([
    makeEmailAlert({ name: "all" }),
    makeEmailAlert({ name: "web", programs: ["w*"], on: ["fatal"] }),
    makeEmailAlert({ name: "one", programs: ["db:1"] }),
  ]);
  world.take(FATAL);
  world.take(KILLED, "db:1");
  world.take(KILLED, "db:0");
  await world.clock.advance(0);
  assert.deepEqual(world.told.sort(), [
    "all: exited_unexpectedly",
    "all: exited_unexpectedly",
    "all: fatal",
    "one: exited_unexpectedly",
    "web: fatal",
  ]);
});

Deno.test("Alerts gather trouble and its end into one message", async () => {
  const world = new World([makeEmailAlert({ groupWindowMs: 10_000 })]);
  world.take(KILLED);
  await world.clock.advance(2000);
  world.take(RUNNING);
  await world.clock.advance(7999);
  assert.deepEqual(world.told, []);
  await world.clock.advance(1);
  assert.deepEqual(world.told, ["oncall: exited_unexpectedly recovered"]);
  assert.equal(world.sent[0]!.message.items[1]!.since, world.clock.date(0));
});

Deno.test("Alerts come with the last lines, in the order of events, but not for ever", async () => {
  const world = new World([
    makeEmailAlert({ outputLines: 1 }),
    makeSyslogAlert({ name: "log" }),
  ]);
  const first = Promise.withResolvers<readonly OutputExcerpt[]>();
  const outputs = [first.promise, new Promise<never>(() => {})];
  world.output = () => outputs.shift() ?? Promise.resolve([]);
  world.take(KILLED, "a");
  world.take(FATAL, "b");
  world.take(RUNNING, "a");
  await settle();
  assert.deepEqual(world.told, []);
  first.resolve([{ stream: "stdout", lines: ["one", "two"] }]);
  await settle();
  await world.clock.advance(2000);
  const mails = world.sent.filter(({ alert }) => alert === "oncall").map(({ message }) => message);
  assert.deepEqual(mails.map(({ items }) => items[0]!.record.process), ["a", "b", "a"]);
  assert.deepEqual(mails[0]!.items[0]!.output, [{ stream: "stdout", lines: ["two"] }]);
  assert.deepEqual(mails[1]!.items[0]!.output, []);
  assert.equal(mails[0]!.items[0]!.starts, 3);
  const logged = world.sent.filter(({ alert }) => alert === "log");
  assert.deepEqual(logged.map(({ message }) => message.items[0]!.output), [[], [], []]);
});

Deno.test("Alerts that hang hold up nobody: not the caller, not each other, not the end", async () => {
  const world = new World([makeEmailAlert({ name: "a" }), makeSyslogAlert({ name: "b" })]);
  world.answer = null;
  for (let count = 0; count < 1000; count++) world.take(FATAL, `p${count}`);
  await settle();
  assert.deepEqual(world.told.sort(), ["a: fatal", "b: fatal"]);
  let hasFinished = false;
  const finished = world.alerts.finish(3000).then(() => hasFinished = true);
  await world.clock.advance(2999);
  assert.equal(hasFinished, false);
  await world.clock.advance(1);
  await finished;
});

Deno.test("Alerts report a failure once, and a failure does not feed itself", async () => {
  const on = ["fatal", "supervisor_error"] as const;
  const world = new World([makeEmailAlert({ name: "a", on }), makeEmailAlert({ name: "b", on })]);
  world.answer = { kind: "failed", reason: "no", isPermanent: false };
  world.take(FATAL);
  await world.clock.advance(3_600_000);
  assert.deepEqual(world.records.map(({ kind }) => kind), ["alert_failed", "alert_failed"]);
  world.answer = { kind: "failed", reason: "never", isPermanent: true };
  world.take(FATAL);
  await world.clock.advance(3_600_000);
  const kinds = world.records.map(({ kind }) => kind);
  assert.deepEqual(kinds.filter((kind) => kind === "alert_given_up").length, 4);
});

Deno.test("Alerts keep what waits through a crash, and do not send it twice after success", async () => {
  const world = new World([makeEmailAlert({ groupWindowMs: 1000 })]);
  world.answer = { kind: "failed", reason: "no", isPermanent: false };
  world.take(FATAL);
  await world.clock.advance(1500);
  world.take(KILLED, "web:1");
  await settle();
  const next = new World([makeEmailAlert({ groupWindowMs: 1000 })], world);
  await next.clock.advance(0);
  assert.deepEqual(next.told, ["oncall: fatal", "oncall: exited_unexpectedly"]);
  assert.equal(next.sent[0]!.message.id, world.sent[0]!.message.id);
  // It remembers what it has told bad news of.
  next.take(RUNNING, "web:1");
  await next.clock.advance(1000);
  assert.equal(next.told.at(-1), "oncall: recovered");
  const last = new World([makeEmailAlert()], next);
  await last.clock.advance(60_000);
  assert.deepEqual(last.told, []);
});

Deno.test("Alerts take over new settings, and say what is lost with an alert that is gone", async () => {
  const world = new World([makeEmailAlert({ name: "a" }), makeEmailAlert({ name: "b" })]);
  world.answer = { kind: "failed", reason: "no", isPermanent: false };
  world.take(FATAL);
  await world.clock.advance(1);
  world.answer = { kind: "delivered" };
  world.configure([makeEmailAlert({ name: "a", on: ["started"] }), makeSyslogAlert({ name: "c" })]);
  assert.deepEqual(world.records.at(-1), {
    kind: "alert_given_up",
    alert: "b",
    events: 1,
    reason: "it is no longer configured",
  });
  await world.clock.advance(10_000);
  // What waited goes on; what is told from now on is what the new settings say.
  assert.equal(world.told.at(-1), "a: fatal");
  world.take(FATAL);
  await world.clock.advance(1);
  assert.equal(world.told.at(-1), "c: fatal");
  assert.deepEqual(world.alerts.status().map(({ name, type }) => `${name} ${type}`), [
    "a email",
    "c syslog",
  ]);
});

Deno.test("Alerts try what waits at once when new settings come, also during an attempt", async () => {
  const world = new World([makeEmailAlert()]);
  world.answer = { kind: "failed", reason: "no", isPermanent: false };
  world.take(FATAL);
  await world.clock.advance(1);
  const hanging = Promise.withResolvers<Delivery>();
  world.answer = hanging.promise;
  world.configure([makeEmailAlert({ host: "h2" })]);
  await world.clock.advance(1);
  assert.equal(world.sent.length, 2);
  world.configure([makeEmailAlert({ host: "h3" })]);
  hanging.resolve({ kind: "failed", reason: "still no", isPermanent: false });
  await settle();
  world.answer = { kind: "delivered" };
  await world.clock.advance(1);
  assert.deepEqual(world.told, ["oncall: fatal", "oncall: fatal", "oncall: fatal"]);
  assert.equal(world.alerts.status()[0]?.sent, 1);
});

Deno.test("Alerts say what is lost with an alert that was removed while nobody looked", async () => {
  const world = new World([makeEmailAlert()]);
  world.answer = { kind: "failed", reason: "no", isPermanent: false };
  world.take(FATAL);
  await settle();
  const next = new World([], world);
  assert.deepEqual(next.records.map(({ kind }) => kind), ["alert_given_up"]);
  assert.deepEqual(next.store.stored, {});
});

Deno.test("Alerts.test() sends at once, says what came of it, and knows names", async () => {
  const world = new World([makeEmailAlert({ maxPerHour: 1 })]);
  const { results } = await world.alerts.test("oncall");
  assert.deepEqual(results, [{
    name: "oncall",
    target: "ops@example.com by localhost:25 (plain)",
    failure: null,
  }]);
  assert.equal(world.sent[0]!.message.isTest, true);
  world.answer = { kind: "failed", reason: "no route", isPermanent: false };
  const again = await world.alerts.test();
  assert.deepEqual(again.results.map(({ failure }) => failure), ["no route"]);
  assert.deepEqual((await world.alerts.test("oncal")).unknown, {
    name: "oncal",
    suggestion: "oncall",
  });
  const [status] = world.alerts.status();
  assert.deepEqual([status?.lastFailure?.reason, status?.failures], ["no route", 0]);
});

Deno.test("Alerts.status() shows what waits and when it goes on, and no secret", async () => {
  const password = { kind: "text", text: "hunter2xx" } as const;
  const world = new World([
    makeEmailAlert({ groupWindowMs: 1000, login: { username: "joe", password } }),
  ]);
  world.answer = { kind: "failed", reason: "no", isPermanent: false };
  world.take(FATAL);
  await world.clock.advance(1000);
  world.take(FATAL);
  await world.clock.advance(500);
  const [status] = world.alerts.status();
  const { failures, waiting, gathered, nextMs, sent, lastSuccess } = status!;
  assert.deepEqual({ failures, waiting, gathered, nextMs, sent, lastSuccess }, {
    failures: 1,
    waiting: 1,
    gathered: 1,
    nextMs: 500,
    sent: 0,
    lastSuccess: null,
  });
  assert.ok(!JSON.stringify([status, world.store.stored]).includes("hunter2xx"));
});
