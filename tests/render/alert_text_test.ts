import assert from "node:assert/strict";
import { alertSubject, alertText } from "../../src/render/alert_text.ts";
import {
  FATAL,
  KILLED,
  makeItem,
  makeMessage,
  makeRecord,
  RUNNING,
} from "../support/make_alert.ts";
import { ORIGIN } from "../support/send_context.ts";
import { source } from "../support/source.ts";

const CRASH = makeItem({
  event: "exited_unexpectedly",
  record: makeRecord(KILLED, { time: "2026-01-01T10:00:00.000Z" }),
  starts: 3,
  output: [{ stream: "stderr", lines: ["out of memory", "bye"] }],
});
const RECOVERY = makeItem({
  event: "recovered",
  record: makeRecord(RUNNING, { time: "2026-01-01T10:01:30.000Z" }),
  since: "2026-01-01T10:00:00.000Z",
});

const A_CRASH = makeItem({
  event: "exited_unexpectedly",
  record: makeRecord(KILLED, { process: "a" }),
});

function fatal(process: string) {
  return makeItem({ record: makeRecord(FATAL, { process }) });
}

Deno.test("alertText() tells how to look further at the processes that are in trouble", () => {
  const text = alertText(makeMessage({ items: [...["a", "b"].map(fatal), CRASH] }), ORIGIN);
  assert.equal(
    text.slice(text.indexOf("To look")).trimEnd(),
    source`
    To look further, in taskmaster's shell:
      why a
      tail a stderr
      why b
      tail b stderr
      status
      start a b`.trimEnd(),
  );
});

Deno.test("alertText() says what happened, where, since when, and how to look further", () => {
  const message = makeMessage({
    items: [CRASH, RECOVERY],
    more: [{ process: "db", event: "exited_unexpectedly", count: 12 }],
  });
  assert.equal(
    alertText(message, ORIGIN).trimEnd(),
    source`
    web:0 exited unexpectedly with signal KILL after 3 s
      when      2026-01-01 10:00:00 UTC
      process   web:0
      pid       4711
      exit      signal KILL
      lived     3 s
      restarts  2
      last lines of stderr:
        | out of memory
        | bye

    web:0 has recovered after 1 min 30 s: it runs with pid 4712
      when      2026-01-01 10:01:30 UTC
      since     2026-01-01 10:00:00 UTC
      process   web:0
      restarts  3

    There was more than is told here one by one:
      12 × db exited unexpectedly

      host        myhost
      config      /etc/taskmaster.yaml
      taskmaster  test, version 0.0.0

    To look further, in taskmaster's shell:
      why web:0
      tail web:0 stderr
      why db
      tail db stderr
      status`.trimEnd(),
  );
});

Deno.test.each<readonly [string, Parameters<typeof makeMessage>[0]]>([
  ["web:0 FATAL", {}],
  ["web:0 exited unexpectedly (signal KILL)", { items: [CRASH] }],
  ["web:0 exited unexpectedly (signal KILL), recovered", { items: [CRASH, RECOVERY] }],
  ["web:0 FATAL, and 2 more events", {
    items: [CRASH, makeItem(), RECOVERY].slice(0, 2).concat(CRASH),
  }],
  ["web:0 recovered", { items: [RECOVERY] }],
  ["web:0 FATAL, and 9 more events", { more: [{ process: null, event: "started", count: 9 }] }],
  ["web:0 FATAL, and 1 more event", { more: [{ process: null, event: "started", count: 1 }] }],
  ["a, b and c FATAL, and 1 more event", { items: [...["a", "b", "c"].map(fatal), CRASH] }],
  ["a, b, c and 2 more processes FATAL", { items: ["a", "b", "c", "d", "e"].map(fatal) }],
  ["a and b FATAL, and 4 more events", {
    items: [fatal("a")],
    more: [{ process: "b", event: "fatal", count: 2 }, { process: "a", event: "exited", count: 3 }],
  }],
  ["a and web:0 exited unexpectedly, and 1 more event", { items: [A_CRASH, CRASH, RECOVERY] }],
  ["test message", { isTest: true, items: [] }],
])("alertSubject() is %s", (expected, message) => {
  assert.equal(alertSubject(makeMessage(message), ORIGIN), `[taskmaster myhost] ${expected}`);
});

Deno.test("alertText() names taskmaster where an event is about no process", () => {
  const record = makeRecord({ kind: "supervisor_started", pid: 7, version: "1" }, {
    process: null,
  });
  const message = makeMessage({
    items: [makeItem({ event: "supervisor_started", record, starts: null })],
  });
  assert.match(alertSubject(message, ORIGIN), /\] taskmaster started$/);
  assert.match(alertText(message, ORIGIN), /^taskmaster 1 started pid=7\n/);
  assert.doesNotMatch(alertText(message, ORIGIN), /To look further|restarts/);
});

Deno.test("alertText() and alertSubject() show what cannot be shown as harmless text", () => {
  const record = makeRecord({ ...FATAL, reason: "a\nb\u001b[31m" } as typeof FATAL);
  const message = makeMessage({
    items: [makeItem({ record: { ...record, process: "w\r\nBcc: x" } })],
  });
  assert.match(alertText(message, ORIGIN), /^w\\r\\nBcc: x is FATAL: a\\nb\\x1b\[31m$/m);
  assert.doesNotMatch(alertSubject(message, ORIGIN), /[\r\n]/);
});
