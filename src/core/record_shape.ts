/** What a record of the journal has to look like that comes from a file. */
import {
  count,
  finite,
  flag,
  kinds,
  maybe,
  nullOr,
  object,
  oneOf,
  type Shape,
  text,
} from "../base/shape.ts";
import { type Actor, type Happening, type JournalRecord, RECORD_LEVELS } from "./record.ts";
import { exitShape } from "./stored_shape.ts";
import { SIGNAL_NAMES } from "./signal.ts";

/** ISO 8601, as only dates that exist can be counted with. */
export function dateShape(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) &&
    Number.isFinite(new Date(value).getTime());
}

const by = object<Actor>(
  {
    via: oneOf(["shell", "signal", "supervisor", "socket", "http"]),
    detail: maybe(text),
    uid: maybe(count),
  } as { [K in keyof Required<Actor>]: Shape<Actor[K]> },
);
const signal = oneOf(SIGNAL_NAMES);
const stream = oneOf(["stdout", "stderr"]);
const pid = count;

const happening: Shape<Happening> = kinds<Happening>({
  started: object({ pid, by }),
  adopted: object({ pid, uptimeMs: finite }),
  running: object({ pid }),
  spawn_failed: object({ reason: text }),
  exited: object({
    pid,
    exit: exitShape,
    expected: flag,
    uptimeMs: finite,
    ranMs: nullOr(finite),
    groupRemains: flag,
  }),
  backoff: object({ reason: text, failedStarts: count, startretries: count, delayMs: finite }),
  restart_delayed: object({ delayMs: finite }),
  fatal: object({ reason: text }),
  stopping: object({ pid, signal, by }),
  killing: object({ pid, afterMs: finite }),
  stopped: object({ by }),
  group_ended: object({ pid }),
  group_left: object({ pid }),
  signalled: object({ signal, by }),
  signal_refused: object({ signal, reason: text }),
  output_lost: object({ stream, bytes: count, reason: text }),
  output_recovered: object({ stream, bytesLost: count }),
  command: object({ line: text, by }),
  request: object({ method: text, path: text, status: count, by }),
  reloaded: object({ summary: text, by }),
  reload_refused: object({ problems: text, by }),
  supervisor_started: object({ pid, version: text }),
  supervisor_stopping: object({ by }),
  supervisor_stopped: object({}),
  supervisor_left: object({ by }),
  upgrading: object({ executable: text, by }),
  alert_failed: object({ alert: text, reason: text, retryMs: finite }),
  alert_recovered: object({ alert: text, failures: count }),
  alert_given_up: object({ alert: text, events: count, reason: text }),
  privileges_dropped: object({ user: text, group: text }),
  note: object({ message: text }),
});

const about = object({
  seq: count,
  time: dateShape,
  level: oneOf(RECORD_LEVELS),
  process: maybe(text),
  program: maybe(text),
  num: maybe(count),
});

export function recordShape(value: unknown): value is JournalRecord {
  return about(value) && happening(value);
}
