import assert from "node:assert/strict";
import { ALERT_EVENT_NAMES, type AlertEvent, eventsOf } from "../../src/core/alert/alert_event.ts";
import { Troubles } from "../../src/core/alert/troubles.ts";
import type { Actor, Happening, JournalRecord } from "../../src/core/record.ts";
import { FATAL, KILLED, makeRecord, RUNNING } from "../support/make_alert.ts";

const DEFAULT: readonly AlertEvent[] = ["fatal", "exited_unexpectedly", "recovered"];
const BY: Actor = { via: "shell" };
const STARTED: Happening = { kind: "started", pid: 1, by: BY };
const STOPPING: Happening = { kind: "stopping", pid: 1, signal: "TERM", by: BY };
const STOPPED: Happening = { kind: "stopped", by: BY };
const DONE = { ...KILLED, exit: { kind: "code", code: 0 }, expected: true } as const;
const LOST: Happening = { kind: "output_lost", stream: "stdout", bytes: 5, reason: "no space" };
const WRITTEN: Happening = { kind: "output_recovered", stream: "stdout", bytesLost: 5 };
const BACKOFF: Happening = {
  kind: "backoff",
  reason: "x",
  failedStarts: 1,
  startretries: 3,
  delayMs: 1000,
};

/** What is told of each, "-" for nothing. */
function told(happenings: readonly Happening[], on = DEFAULT): string {
  const troubles = new Troubles();
  return happenings.map((each) => troubles.take(makeRecord(each), on)?.event ?? "-").join(" ");
}

Deno.test.each<readonly [string, readonly Happening[], string, readonly AlertEvent[]]>([
  ["a crash and a restart", [KILLED, STARTED, RUNNING], "exited_unexpectedly - recovered", DEFAULT],
  ["running without trouble", [STARTED, RUNNING], "- -", DEFAULT],
  [
    "one recovery for two crashes",
    [KILLED, KILLED, RUNNING, RUNNING],
    "exited_unexpectedly exited_unexpectedly recovered -",
    DEFAULT,
  ],
  ["FATAL, then started by hand", [FATAL, STARTED, RUNNING], "fatal - recovered", DEFAULT],
  [
    "a stop, which ends the matter",
    [KILLED, STOPPED, STARTED, RUNNING],
    "exited_unexpectedly - - -",
    DEFAULT,
  ],
  [
    "an expected end of a one-shot",
    [KILLED, STARTED, DONE],
    "exited_unexpectedly - recovered",
    DEFAULT,
  ],
  [
    "an end that was asked for",
    [KILLED, STARTED, STOPPING, DONE, STOPPED],
    "exited_unexpectedly - - - -",
    DEFAULT,
  ],
  [
    "a restart by hand",
    [KILLED, STARTED, STOPPING, DONE, STARTED, RUNNING],
    "exited_unexpectedly - - - - recovered",
    DEFAULT,
  ],
  ["bad news that nobody asked for", [KILLED, RUNNING], "- -", ["fatal", "recovered"]],
  ["recovery that nobody asked for", [KILLED, RUNNING], "exited_unexpectedly -", [
    "exited_unexpectedly",
  ]],
  ["a failed start", [BACKOFF, RUNNING], "backoff recovered", ["backoff", "recovered"]],
  ["output", [LOST, RUNNING, WRITTEN], "output_lost - recovered", ["output_lost", "recovered"]],
  ["every end", [KILLED, DONE], "exited exited", ["exited"]],
  ["the more special word", [KILLED, DONE], "exited_unexpectedly exited", [
    "exited",
    "exited_unexpectedly",
  ]],
])("Troubles.take() tells of %s", (_name, happenings, expected, on) => {
  assert.equal(told(happenings, on), expected);
});

Deno.test("Troubles.take() says since when it was not well", () => {
  const troubles = new Troubles();
  troubles.take(makeRecord(KILLED, { time: "2026-01-01T00:00:05.000Z" }), DEFAULT);
  troubles.take(makeRecord(KILLED, { time: "2026-01-01T00:00:09.000Z" }), DEFAULT);
  const news = troubles.take(makeRecord(RUNNING), DEFAULT);
  assert.deepEqual(news, { event: "recovered", since: "2026-01-01T00:00:05.000Z" });
});

Deno.test("Troubles.take() keeps processes apart", () => {
  const troubles = new Troubles();
  troubles.take(makeRecord(KILLED, { process: "web:0" }), DEFAULT);
  assert.equal(troubles.take(makeRecord(RUNNING, { process: "web:1" }), DEFAULT), null);
});

Deno.test("Troubles remember across a restart, and forget programs that are gone", () => {
  const before = new Troubles();
  for (const process of ["web:0", "db:0"]) before.take(makeRecord(KILLED, { process }), DEFAULT);
  const after = new Troubles(structuredClone(before.toArray()));
  after.keepOnly(new Set(["web"]));
  assert.equal(after.take(makeRecord(RUNNING, { process: "db:0" }), DEFAULT), null);
  const news = after.take(makeRecord(RUNNING, { process: "web:0" }), DEFAULT);
  assert.equal(news?.event, "recovered");
});

const OF_ITSELF: readonly (readonly [Happening, AlertEvent])[] = [
  [{ kind: "supervisor_started", pid: 1, version: "1" }, "supervisor_started"],
  [{ kind: "supervisor_stopping", by: BY }, "supervisor_stopped"],
  [{ kind: "supervisor_left", by: BY }, "supervisor_stopped"],
  [{ kind: "reloaded", summary: "", by: BY }, "reloaded"],
  [{ kind: "reload_refused", problems: "", by: BY }, "reload_refused"],
  [{ kind: "killing", pid: 1, afterMs: 1 }, "killed"],
];

Deno.test("eventsOf() has a word for what taskmaster does itself", () => {
  for (const [happening, event] of OF_ITSELF) {
    assert.deepEqual(eventsOf(makeRecord(happening, { process: null })), [event]);
  }
  const note: Happening = { kind: "note", message: "x" };
  assert.deepEqual(eventsOf(makeRecord(note, { level: "error" })), ["supervisor_error"]);
  assert.deepEqual(eventsOf(makeRecord(note, { level: "warn" })), []);
});

Deno.test("eventsOf() knows no event of alerts: they cannot feed themselves", () => {
  const own: readonly Happening[] = [
    { kind: "alert_failed", alert: "a", reason: "x", retryMs: 1 },
    { kind: "alert_given_up", alert: "a", events: 1, reason: "x" },
    { kind: "alert_recovered", alert: "a", failures: 1 },
  ];
  for (const each of own) {
    const record: JournalRecord = makeRecord(each, { process: null });
    assert.equal(new Troubles().take(record, ALERT_EVENT_NAMES), null);
  }
});
