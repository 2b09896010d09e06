/** Journal records as lines. */
import { visible } from "../base/visible.ts";
import { unreachable } from "../base/invariant.ts";
import type { ExitStatus } from "../core/exit_status.ts";
import type { Actor, Happening, JournalRecord, RecordLevel } from "../core/record.ts";
import { duration } from "./duration.ts";
import { type Colour, style } from "./style.ts";

const LEVEL_COLOURS: { readonly [L in RecordLevel]: Colour } = {
  debug: "dim",
  info: "green",
  warn: "yellow",
  error: "red",
};

/** `2026-11-20 11:15:00.123 INFO web:0 started pid=4711`, in local time, without a newline. */
export function recordLine(record: JournalRecord, look: { readonly colour: boolean }): string {
  const level = style(LEVEL_COLOURS[record.level], record.level.toUpperCase(), look.colour);
  return `${localTime(record.time)} ${level} ${recordText(record)}`;
}

/** `web:0 started pid=4711` */
export function recordText(record: JournalRecord): string {
  const about = record.process === undefined ? "" : `${record.process} `;
  return visible(about + describe(record));
}

/** ISO 8601 to "2026-11-20 11:15:00.123" in the reader's zone. */
export function localTime(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

function describe(happening: Happening): string {
  switch (happening.kind) {
    case "started":
      return `started pid=${happening.pid} by=${actor(happening.by)}`;
    case "adopted":
      return `adopted pid=${happening.pid} uptime=${seconds(happening.uptimeMs)}`;
    case "running":
      return `running pid=${happening.pid}`;
    case "spawn_failed":
      return `could not be started: ${happening.reason}`;
    case "exited": {
      const expectation = happening.expected ? "expected" : "unexpected";
      const rest = happening.groupRemains ? " (processes of its group are left)" : "";
      return `exited ${exit(happening.exit)} ${expectation} ` +
        `uptime=${seconds(happening.uptimeMs)} pid=${happening.pid}${rest}`;
    }
    case "backoff":
      // The reason is in the record before.
      return `backoff retry=${happening.failedStarts}/${happening.startretries} ` +
        `in=${seconds(happening.delayMs)}`;
    case "restart_delayed":
      return `ended right after its start; it is started again in ${duration(happening.delayMs)}`;
    case "fatal":
      return `fatal reason=${JSON.stringify(happening.reason)}`;
    case "stopping":
      return `stopping pid=${happening.pid} signal=${happening.signal} by=${actor(happening.by)}`;
    case "killing":
      return `killing pid=${happening.pid} signal=KILL after=${seconds(happening.afterMs)}`;
    case "stopped":
      return `stopped by=${actor(happening.by)}`;
    case "group_ended":
      return `nothing is left of group ${happening.pid}`;
    case "group_left":
      return `left processes of group ${happening.pid} behind, as killasgroup is off`;
    case "signalled":
      return `signalled signal=${happening.signal} by=${actor(happening.by)}`;
    case "signal_refused":
      return `cannot be signalled: ${happening.signal}: ${happening.reason}`;
    case "output_lost":
      return `${happening.stream} lost bytes=${happening.bytes}: ${happening.reason}`;
    case "output_recovered":
      return `${happening.stream} is written again bytes_lost=${happening.bytesLost}`;
    case "command":
      return `command by=${actor(happening.by)}: ${happening.line}`;
    case "request":
      return `request by=${actor(happening.by)}: ${happening.method} ${happening.path} ` +
        `status=${happening.status}`;
    case "reloaded":
      return `reloaded by=${actor(happening.by)}: ${happening.summary}`;
    case "reload_refused":
      return `reload refused by=${actor(happening.by)}, nothing changed: ${happening.problems}`;
    case "supervisor_started":
      return `taskmaster ${happening.version} started pid=${happening.pid}`;
    case "supervisor_stopping":
      return `taskmaster stopping by=${actor(happening.by)}`;
    case "supervisor_left":
      return `taskmaster ends and leaves the programs running by=${actor(happening.by)}`;
    case "upgrading":
      return `taskmaster becomes ${happening.executable} by=${actor(happening.by)}`;
    case "supervisor_stopped":
      return "taskmaster stopped";
    case "alert_failed":
      return `alert ${happening.alert} is not delivered, next attempt in ` +
        `${duration(happening.retryMs)}: ${happening.reason}`;
    case "alert_recovered":
      return `alert ${happening.alert} is delivered again after ${happening.failures} ` +
        (happening.failures === 1 ? "failure" : "failures");
    case "alert_given_up":
      return `alert ${happening.alert} gives up a message of ${happening.events} ` +
        `${happening.events === 1 ? "event" : "events"}: ${happening.reason}`;
    case "privileges_dropped":
      return `privileges dropped user=${happening.user} group=${happening.group}`;
    case "note":
      return happening.message;
    default:
      return unreachable(happening);
  }
}

function actor({ via, detail, uid }: Actor): string {
  return uid === undefined ? detail ?? via : `${detail ?? via}(uid ${uid})`;
}

function exit(status: ExitStatus): string {
  switch (status.kind) {
    case "code":
      return `code=${status.code}`;
    case "signal":
      return `signal=${status.signal}`;
    case "unknown":
      return "code=unknown";
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)}s`;
}
