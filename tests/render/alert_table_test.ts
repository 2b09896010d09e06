import assert from "node:assert/strict";
import type { AlertStatus } from "../../src/core/alert/status.ts";
import { alertTable, alertTestLine } from "../../src/render/alert_table.ts";
import { localTime } from "../../src/render/record.ts";
import { makeAlertStatus } from "../support/make_alert.ts";
import { source } from "../support/source.ts";

const STATUS = makeAlertStatus();

const TIME = "2026-01-01T10:00:00.123Z";
const SHOWN = localTime(TIME).slice(0, 19);

Deno.test("alertTable() shows what an alert tells to whom, and how it does", () => {
  const alerts: AlertStatus[] = [
    STATUS,
    {
      ...STATUS,
      name: "hook",
      type: "http",
      target: "https://h.example/…",
      programs: ["web", "db*"],
      lastSuccess: TIME,
      sent: 1,
      gathered: 2,
      nextMs: 90_000,
    },
    {
      ...STATUS,
      name: "log",
      type: "syslog",
      target: "/dev/log",
      failures: 3,
      waiting: 2,
      givenUp: 7,
      nextMs: 5000,
      lastFailure: { at: TIME, reason: "no\u001b route" },
    },
    {
      ...STATUS,
      name: "old",
      givenUp: 3,
      lastSuccess: "2026-01-01T09:00:00.000Z",
      lastFailure: { at: TIME, reason: "before a restart" },
    },
    {
      ...STATUS,
      name: "new",
      sent: 1,
      lastSuccess: TIME,
      lastFailure: { at: "2026-01-01T09:00:00.000Z", reason: "long ago" },
    },
    { ...STATUS, name: "x", problem: "no password" },
  ];
  assert.equal(
    alertTable(alerts, { colour: false }).trimEnd(),
    source`
    oncall      untried  email to ops@example.com by smtp.example.com:465 (tls)
                tells fatal, recovered
                0 messages sent, no success yet
    hook        well     http to https://h.example/…
                tells fatal, recovered of web, db*
                1 message sent, last success ${SHOWN}; 2 events gathered; next message in 1 min 30 s
    log         failing  syslog to /dev/log
                tells fatal, recovered
                0 messages sent, no success yet; 2 messages waiting; next attempt in 5 s; 7 events given up
                last failure ${SHOWN}: no\\x1b route
    old         failing  email to ops@example.com by smtp.example.com:465 (tls)
                tells fatal, recovered
                0 messages sent, last success ${
      localTime("2026-01-01T09:00:00.000Z").slice(0, 19)
    }; 3 events given up
                last failure ${SHOWN}: before a restart
    new         well     email to ops@example.com by smtp.example.com:465 (tls)
                tells fatal, recovered
                1 message sent, last success ${SHOWN}
                last failure ${localTime("2026-01-01T09:00:00.000Z").slice(0, 19)}: long ago
    x           problem  email to ops@example.com by smtp.example.com:465 (tls)
                tells fatal, recovered
                0 messages sent, no success yet
                no password`.trimEnd(),
  );
});

Deno.test("alertTestLine() says what came of a test", () => {
  const test = { name: "oncall", target: "/dev/log" };
  const look = { colour: false };
  assert.equal(alertTestLine({ ...test, failure: null }, look), "oncall: sent to /dev/log\n");
  assert.equal(alertTestLine({ ...test, failure: "no" }, look), "oncall: ERROR (no)\n");
});
