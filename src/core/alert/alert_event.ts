/** What an alert can be about: the words of `on:`, and which records of the journal they mean. */
import type { JournalRecord } from "../record.ts";

/** Every word of `on:`, in the order of the manual, with what docs/alerts.md says of it. */
export const ALERT_EVENTS = {
  fatal: "a process did not come up in all its attempts and is given up",
  exited_unexpectedly: "a process ended by a signal, or with a code that is not in `exitcodes`",
  recovered: "what this alert has told bad news of is well again",
  backoff: "a start failed and is tried again",
  exited: "a process ended, in whatever way",
  started: "a process was started",
  running: "a process has lived for `starttime`",
  stopped: "a process was stopped, and nothing of it is left",
  killed: "a process did not end by its stop signal in time and gets SIGKILL",
  output_lost: "output of a process cannot be written to its log",
  reloaded: "a changed configuration was taken over",
  reload_refused: "a changed configuration has mistakes; nothing was changed",
  supervisor_started: "taskmaster itself was started",
  supervisor_stopped: "taskmaster itself is ending, or ends and leaves the programs running",
  supervisor_error: "taskmaster has trouble of its own: its log cannot be written, say",
} as const;

export type AlertEvent = keyof typeof ALERT_EVENTS;

export const ALERT_EVENT_NAMES = Object.keys(ALERT_EVENTS) as readonly AlertEvent[];

/**
 * What a record means, the most special first. None for what alerts themselves do: an alert about an
 * alert could feed itself for ever. `recovered` depends on what came before: see troubles.ts.
 */
export function eventsOf(record: JournalRecord): readonly AlertEvent[] {
  switch (record.kind) {
    case "exited":
      return record.expected ? ["exited"] : ["exited_unexpectedly", "exited"];
    case "fatal":
    case "backoff":
    case "started":
    case "running":
    case "stopped":
    case "output_lost":
    case "reloaded":
    case "reload_refused":
    case "supervisor_started":
      return [record.kind];
    case "killing":
      return ["killed"];
    case "supervisor_stopping":
    case "supervisor_left":
      return ["supervisor_stopped"];
    case "note":
      return record.level === "error" ? ["supervisor_error"] : [];
    default:
      return [];
  }
}

/** The higher, the sooner somebody has to look; what a message with several is headed by. */
export function urgencyOf(event: AlertEvent): number {
  return BY_URGENCY.findIndex((events) => events.includes(event));
}

/** What is not here is no bad news. */
const BY_URGENCY: readonly (readonly AlertEvent[])[] = [
  ["recovered"],
  ["backoff", "killed"],
  ["output_lost", "reload_refused"],
  ["exited_unexpectedly", "supervisor_error"],
  ["fatal"],
];
