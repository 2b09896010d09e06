import assert from "node:assert/strict";
import { addItem, EMPTY_GROUP, eventCount, MOST_ITEMS } from "../../src/core/alert/message.ts";
import {
  type Delivery,
  MOST_MESSAGES,
  newOutbox,
  type Outbox,
  outboxDueAt,
  type OutboxEvent,
  pendingEvents,
  stepOutbox,
} from "../../src/core/alert/outbox.ts";
import { retryDelayMs } from "../../src/core/alert/pace.ts";
import type { AlertSettings } from "../../src/core/alert/settings.ts";
import { restoreOutbox, storeAlert } from "../../src/core/alert/stored_alert.ts";
import { randomFrom } from "../support/random.ts";
import { makeEmailAlert, makeItem, makeRecord } from "../support/make_alert.ts";

const DAY_MS = 86_400_000;

/** An outbox with a clock of its own, and what it wanted done. */
class Trial {
  now = 0;
  readonly sent: { at: number; events: number; ids: string }[] = [];
  readonly records: string[] = [];
  readonly settings: AlertSettings;
  outbox: Outbox;

  constructor(settings: Partial<ReturnType<typeof makeEmailAlert>> = {}) {
    this.settings = makeEmailAlert(settings);
    this.outbox = newOutbox(this.settings, 0);
  }

  get moment() {
    return { now: this.now, date: new Date(Date.UTC(2026, 0, 1) + this.now).toISOString() };
  }

  do(event: OutboxEvent): this {
    const { outbox, effects } = stepOutbox(this.outbox, this.settings, event, this.moment);
    this.outbox = outbox;
    for (const effect of effects) {
      if (effect.kind === "record") this.records.push(effect.happening.kind);
      else {
        const ids = effect.message.items.map(({ record }) => record.process).join(" ");
        this.sent.push({ at: this.now, events: eventCount(effect.message), ids });
      }
    }
    return this;
  }

  add(process = "web:0"): this {
    const record = makeRecord({ kind: "fatal", reason: "x" }, { process });
    return this.do({ kind: "item", item: makeItem({ record }) });
  }

  outcome(delivery: Delivery): this {
    return this.do({ kind: "outcome", delivery });
  }

  /** Lets time pass, waking it only when it has asked to be woken. */
  pass(ms: number, answer?: Delivery): this {
    const until = this.now + ms;
    while (true) {
      while (answer !== undefined && this.outbox.isSending) this.outcome(answer);
      const dueAt = outboxDueAt(this.outbox, this.settings, this.now);
      if (dueAt === null || dueAt > until) break;
      this.now = Math.max(this.now, dueAt);
      this.do({ kind: "time" });
    }
    this.now = until;
    return this;
  }
}

const DELIVERED: Delivery = { kind: "delivered" };
const FAILED: Delivery = { kind: "failed", reason: "no", isPermanent: false };
const REFUSED: Delivery = { kind: "failed", reason: "never", isPermanent: true };

Deno.test("stepOutbox() sends at once without a window, one message at a time", () => {
  const trial = new Trial().add("a").add("b").add("c");
  assert.deepEqual(trial.sent.map(({ ids }) => ids), ["a"]);
  trial.outcome(DELIVERED).outcome(DELIVERED);
  assert.deepEqual(trial.sent.map(({ ids }) => ids), ["a", "b", "c"]);
  trial.outcome(DELIVERED);
  assert.equal(trial.outbox.sent, 3);
  assert.equal(outboxDueAt(trial.outbox, trial.settings, 0), null);
});

Deno.test("stepOutbox() gathers what happens within the window after the first event", () => {
  const trial = new Trial({ groupWindowMs: 10_000 }).add("a").pass(6000).add("b").pass(3999);
  assert.deepEqual(trial.sent, []);
  trial.pass(1);
  assert.deepEqual(trial.sent, [{ at: 10_000, events: 2, ids: "a b" }]);
  trial.outcome(DELIVERED).add("c").pass(10_000);
  assert.deepEqual(trial.sent.map(({ at, ids }) => [at, ids]), [[10_000, "a b"], [20_000, "c"]]);
});

Deno.test("stepOutbox() never sends more in any hour than it may, and tells everything", () => {
  for (const maxPerHour of [1, 2, 3, 4, 20, 61]) {
    const trial = new Trial({ maxPerHour });
    const times = randomFrom(maxPerHour);
    let events = 0;
    while (trial.now < DAY_MS / 2) {
      trial.add().pass(times() * 200_000, DELIVERED);
      events++;
    }
    trial.pass(DAY_MS, DELIVERED);
    for (const { at } of trial.sent) {
      const inHour = trial.sent.filter((other) => other.at >= at && other.at < at + 3_600_000);
      assert.ok(inHour.length <= maxPerHour, `${inHour.length} of ${maxPerHour}`);
    }
    assert.equal(trial.sent.reduce((sum, each) => sum + each.events, 0), events);
    assert.equal(pendingEvents(trial.outbox), 0);
  }
});

Deno.test("stepOutbox() holds nothing back for longer than its share of the hour", () => {
  const trial = new Trial({ maxPerHour: 20 });
  for (let count = 0; count < 100; count++) trial.add().pass(100, DELIVERED);
  const before = trial.sent.length;
  trial.add("important").pass(240_000, DELIVERED);
  const told = trial.sent.slice(before).map(({ ids }) => ids).join(" ");
  assert.match(told, /important/);
});

Deno.test("stepOutbox() counts what is too much for one message", () => {
  const trial = new Trial({ maxPerHour: 1 });
  for (let count = 0; count < 1000; count++) trial.add(`p${count % 3}`).pass(10, DELIVERED);
  const { gathering } = trial.outbox;
  assert.equal(gathering?.items.length, MOST_ITEMS);
  assert.equal(gathering.more.length, 3);
  trial.pass(3_600_000, DELIVERED);
  assert.equal(trial.sent.reduce((sum, each) => sum + each.events, 0), 1000);
  assert.equal(trial.sent.length, 2);
});

Deno.test("stepOutbox() tries again, at growing intervals, and says so once", () => {
  const trial = new Trial().add().pass(150_000, FAILED);
  assert.deepEqual(trial.sent.map(({ at }) => at), [0, 10_000, 30_000, 70_000, 150_000]);
  assert.deepEqual(trial.records, ["alert_failed"]);
  trial.outcome(DELIVERED);
  assert.deepEqual(trial.records, ["alert_failed", "alert_recovered"]);
  assert.deepEqual([trial.outbox.sent, trial.outbox.failures], [1, 0]);
});

Deno.test("retryDelayMs() ends at ten minutes", () => {
  assert.deepEqual(
    [1, 2, 7, 8, 5000].map(retryDelayMs),
    [10, 20, 600, 600, 600].map((s) => s * 1000),
  );
});

Deno.test("stepOutbox() keeps no more than its bounds while a receiver is away, and loses no event", () => {
  const trial = new Trial();
  for (let count = 0; count < 500; count++) trial.add().pass(60_000, FAILED);
  assert.equal(trial.outbox.messages.length, MOST_MESSAGES);
  assert.ok(trial.outbox.gathering!.items.length <= MOST_ITEMS);
  assert.equal(pendingEvents(trial.outbox), 500);
  const before = trial.sent.length;
  trial.pass(600_000, DELIVERED);
  assert.equal(trial.sent.slice(before).length, MOST_MESSAGES + 1);
  assert.equal(pendingEvents(trial.outbox), 0);
  assert.deepEqual(trial.records, ["alert_failed", "alert_recovered"]);
});

Deno.test("stepOutbox() gives up a message when its time is over, and goes on with the next", () => {
  const trial = new Trial({ retryForMs: 60_000 }).add("old").pass(50_000, FAILED).add("young");
  trial.pass(30_000, FAILED);
  assert.deepEqual(trial.records, ["alert_failed", "alert_given_up"]);
  assert.deepEqual([trial.outbox.givenUp, pendingEvents(trial.outbox)], [1, 1]);
  trial.pass(600_000, DELIVERED);
  assert.equal(trial.sent.at(-1)!.ids, "young");
});

Deno.test("stepOutbox() gives up what is refused for good, at once", () => {
  const trial = new Trial().add("a").add("b").outcome(REFUSED);
  assert.deepEqual(trial.records, ["alert_given_up"]);
  assert.deepEqual(trial.sent.map(({ at, ids }) => [at, ids]), [[0, "a"], [0, "b"]]);
  assert.equal(trial.outbox.lastFailure?.reason, "never");
});

Deno.test("stepOutbox() tries what waits when a test gets through", () => {
  const trial = new Trial().add().pass(100, FAILED);
  trial.do({ kind: "tested", delivery: DELIVERED });
  assert.deepEqual(trial.sent.map(({ at }) => at), [0, 100]);
  const failed = new Trial().add().pass(100, FAILED).do({ kind: "tested", delivery: FAILED });
  assert.deepEqual([failed.sent.length, failed.outbox.failures], [1, 1]);
});

Deno.test("stepOutbox() sends what is gathered before the end, within its rate", () => {
  const trial = new Trial({ groupWindowMs: 60_000 }).add("a").add("b").do({ kind: "flush" });
  assert.deepEqual(trial.sent.map(({ ids }) => ids), ["a b"]);
  const limited = new Trial({ groupWindowMs: 60_000, maxPerHour: 1 }).add().do({ kind: "flush" });
  limited.outcome(DELIVERED).add().do({ kind: "flush" });
  assert.equal(limited.sent.length, 1);
});

Deno.test("an outbox comes back from disk with all that waits, due at once, and its rate", () => {
  const trial = new Trial({ groupWindowMs: 5000, maxPerHour: 4 }).add("a").pass(5000, FAILED);
  trial.add("b");
  const stored = structuredClone(storeAlert(trial.outbox, [], trial.moment));
  const next = new Trial(trial.settings as ReturnType<typeof makeEmailAlert>);
  // Another process, with another monotonic clock, half an hour later.
  const later = { now: 7, date: new Date(Date.UTC(2026, 0, 1) + 1_805_000).toISOString() };
  next.outbox = restoreOutbox(stored, next.settings, later);
  next.now = later.now;
  assert.ok(Math.abs(next.outbox.allowance.messages) < 0.01);
  next.pass(0, DELIVERED);
  assert.deepEqual(next.sent.map(({ ids }) => ids), ["a", "b"]);
});

Deno.test("addItem() keeps how it began and how it is now", () => {
  let group = EMPTY_GROUP;
  for (let count = 0; count < 50; count++) {
    group = addItem(group, makeItem({ record: makeRecord({ kind: "fatal", reason: `${count}` }) }));
  }
  const reasons = group.items.map(({ record }) => record.kind === "fatal" ? record.reason : "");
  assert.deepEqual(reasons.slice(0, 6), ["0", "1", "2", "3", "4", "35"]);
  assert.equal(reasons.at(-1), "49");
  assert.deepEqual(group.more, [{ process: "web:0", event: "fatal", count: 30 }]);
});

Deno.test("addItem() bounds the counts of ten thousand processes", () => {
  let group = EMPTY_GROUP;
  for (let count = 0; count < 10_000; count++) {
    const record = makeRecord({ kind: "fatal", reason: "x" }, { process: `p:${count}` });
    group = addItem(group, makeItem({ record }));
  }
  assert.ok(group.more.length <= 100);
  assert.equal(eventCount(group), 10_000);
});
