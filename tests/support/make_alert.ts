/** Alerts for tests: the defaults of the configuration, with what matters replaced. */
import type { AlertItem, AlertMessage } from "../../src/core/alert/message.ts";
import type { AlertStatus } from "../../src/core/alert/status.ts";
import type { EmailAlert, HttpAlert, SyslogAlert } from "../../src/core/alert/settings.ts";
import type { Happening, JournalRecord, RecordLevel } from "../../src/core/record.ts";
import { levelOf } from "../../src/core/record.ts";

const COMMON = {
  name: "oncall",
  on: ["fatal", "exited_unexpectedly", "recovered"],
  programs: [],
  groupWindowMs: 0,
  maxPerHour: 0,
  retryForMs: 86_400_000,
  timeoutMs: 5000,
  outputLines: 10,
} as const;

export function makeEmailAlert(settings: Partial<EmailAlert> = {}): EmailAlert {
  return {
    ...COMMON,
    type: "email",
    host: "localhost",
    port: 25,
    security: "plain",
    login: null,
    from: "taskmaster@example.com",
    to: ["ops@example.com"],
    caFile: null,
    ...settings,
  };
}

export function makeHttpAlert(settings: Partial<HttpAlert> = {}): HttpAlert {
  return {
    ...COMMON,
    type: "http",
    url: "http://127.0.0.1:1/",
    headers: {},
    template: null,
    caFile: null,
    ...settings,
  };
}

export function makeSyslogAlert(settings: Partial<SyslogAlert> = {}): SyslogAlert {
  return {
    ...COMMON,
    type: "syslog",
    target: { kind: "local", path: "/dev/log" },
    facility: "daemon",
    ident: "taskmaster",
    ...settings,
  };
}

let seq = 0;

/** About web:0, at the beginning of 2026 unless told. */
export function makeRecord(
  happening: Happening,
  { time = "2026-01-01T00:00:00.000Z", process = "web:0", level }: {
    readonly time?: string;
    readonly process?: string | null;
    readonly level?: RecordLevel;
  } = {},
): JournalRecord {
  const [program = "", num = "0"] = process?.split(":") ?? [];
  const about = process === null ? {} : { process, program, num: Number(num) };
  return { seq: ++seq, time, level: level ?? levelOf(happening), ...about, ...happening };
}

export const FATAL: Happening = { kind: "fatal", reason: "exited too early with code 1" };
export const RUNNING: Happening = { kind: "running", pid: 4712 };
export const KILLED: Happening = {
  kind: "exited",
  pid: 4711,
  exit: { kind: "signal", signal: "KILL" },
  expected: false,
  uptimeMs: 3000,
  ranMs: 2000,
  groupRemains: false,
};

export function makeItem(item: Partial<AlertItem> = {}): AlertItem {
  const record = makeRecord(FATAL);
  return { event: "fatal", record, starts: 4, since: null, output: [], ...item };
}

export function makeMessage(message: Partial<AlertMessage> = {}): AlertMessage {
  return {
    id: "oncall-1-1767225600000",
    createdAt: "2026-01-01T00:00:00.000Z",
    isTest: false,
    items: [makeItem()],
    more: [],
    ...message,
  };
}

/** Of an alert that has not been needed yet. */
export function makeAlertStatus(status: Partial<AlertStatus> = {}): AlertStatus {
  return {
    name: "oncall",
    type: "email",
    target: "ops@example.com by smtp.example.com:465 (tls)",
    on: ["fatal", "recovered"],
    programs: [],
    failures: 0,
    lastSuccess: null,
    lastFailure: null,
    sent: 0,
    waiting: 0,
    gathered: 0,
    givenUp: 0,
    nextMs: null,
    problem: null,
    ...status,
  };
}
