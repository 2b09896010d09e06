/**
 * One entry of the journal: something that happened, as plain data. The log file, the shell,
 * `events`, `why` and alerts are all readers of these.
 */
import type { ExitStatus } from "./exit_status.ts";
import type { SignalName } from "./signal.ts";

export type RecordLevel = "debug" | "info" | "warn" | "error";

export const RECORD_LEVELS: readonly RecordLevel[] = ["debug", "info", "warn", "error"];

/** Whether a record of one level is wanted by a reader who asked for another. */
export function isAtLeast(level: RecordLevel, wanted: RecordLevel): boolean {
  return RECORD_LEVELS.indexOf(level) >= RECORD_LEVELS.indexOf(wanted);
}

/** Whoever asked for something. */
export interface Actor {
  /** `socket`: a client on the Unix socket; `http`: one on TCP. */
  readonly via: "shell" | "signal" | "supervisor" | "socket" | "http";
  /** Which one: "SIGHUP", "autostart", "autorestart", the name of a user. */
  readonly detail?: string;
  /** The user behind a Unix socket, as the kernel names it. */
  readonly uid?: number;
}

/** What happened, without when. */
export type Happening =
  | { readonly kind: "started"; readonly pid: number; readonly by: Actor }
  /** Taken back from an earlier taskmaster. */
  | { readonly kind: "adopted"; readonly pid: number; readonly uptimeMs: number }
  | { readonly kind: "running"; readonly pid: number }
  | { readonly kind: "spawn_failed"; readonly reason: string }
  | {
    readonly kind: "exited";
    readonly pid: number;
    readonly exit: ExitStatus;
    readonly expected: boolean;
    readonly uptimeMs: number;
    /** How long it had been RUNNING; null when it was STARTING or STOPPING. */
    readonly ranMs: number | null;
    /** Other members of its process group are still alive. */
    readonly groupRemains: boolean;
  }
  | {
    readonly kind: "backoff";
    readonly reason: string;
    /** Failed starts so far, out of `startretries` that may follow the first. */
    readonly failedStarts: number;
    readonly startretries: number;
    readonly delayMs: number;
  }
  /** A crash loop is slowed down: the restart waits. */
  | { readonly kind: "restart_delayed"; readonly delayMs: number }
  | { readonly kind: "fatal"; readonly reason: string }
  | {
    readonly kind: "stopping";
    readonly pid: number;
    readonly signal: SignalName;
    readonly by: Actor;
  }
  /** The stop signal was not enough. */
  | { readonly kind: "killing"; readonly pid: number; readonly afterMs: number }
  | { readonly kind: "stopped"; readonly by: Actor }
  /** The last of a group has ended that its leader had left behind. */
  | { readonly kind: "group_ended"; readonly pid: number }
  /** The leader's end left members of its group alive, which the settings say to leave alone. */
  | { readonly kind: "group_left"; readonly pid: number }
  | { readonly kind: "signalled"; readonly signal: SignalName; readonly by: Actor }
  | { readonly kind: "signal_refused"; readonly signal: SignalName; readonly reason: string }
  /** Output could not be written to its log, and was thrown away so that the program can go on. */
  | {
    readonly kind: "output_lost";
    readonly stream: "stdout" | "stderr";
    readonly bytes: number;
    readonly reason: string;
  }
  | {
    readonly kind: "output_recovered";
    readonly stream: "stdout" | "stderr";
    readonly bytesLost: number;
  }
  | { readonly kind: "command"; readonly line: string; readonly by: Actor }
  /** A client has read something, or was refused: what changes something is a command. */
  | {
    readonly kind: "request";
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly by: Actor;
  }
  | { readonly kind: "reloaded"; readonly summary: string; readonly by: Actor }
  | { readonly kind: "reload_refused"; readonly problems: string; readonly by: Actor }
  | { readonly kind: "supervisor_started"; readonly pid: number; readonly version: string }
  | { readonly kind: "supervisor_stopping"; readonly by: Actor }
  | { readonly kind: "supervisor_stopped" }
  /** It ends, and the programs go on. */
  | { readonly kind: "supervisor_left"; readonly by: Actor }
  | { readonly kind: "upgrading"; readonly executable: string; readonly by: Actor }
  /** A message could not be delivered and is tried again. Told once, until one gets through. */
  | {
    readonly kind: "alert_failed";
    readonly alert: string;
    readonly reason: string;
    readonly retryMs: number;
  }
  /** Messages get through again. */
  | { readonly kind: "alert_recovered"; readonly alert: string; readonly failures: number }
  /** A message will never be delivered. */
  | {
    readonly kind: "alert_given_up";
    readonly alert: string;
    /** How many events it told of. */
    readonly events: number;
    readonly reason: string;
  }
  | { readonly kind: "privileges_dropped"; readonly user: string; readonly group: string }
  /** Anything else worth a line: warnings, errors of the supervisor's own. */
  | { readonly kind: "note"; readonly message: string };

export type HappeningKind = Happening["kind"];

export type JournalRecord = {
  /** Counts up from 1 in the order of happening. */
  readonly seq: number;
  /** ISO 8601 with milliseconds, UTC. */
  readonly time: string;
  readonly level: RecordLevel;
  /** Name of the process it is about, if it is about one, and its identity. */
  readonly process?: string;
  readonly program?: string;
  readonly num?: number;
} & Happening;

/** How much a happening matters. */
export function levelOf(happening: Happening): RecordLevel {
  switch (happening.kind) {
    case "running":
    case "signalled":
    case "request":
      return "debug";
    case "exited":
      return happening.expected ? "info" : "warn";
    case "spawn_failed":
    case "backoff":
    case "restart_delayed":
    case "killing":
    case "group_left":
    case "output_recovered":
    case "note":
      return "warn";
    case "fatal":
    case "output_lost":
    case "signal_refused":
    case "reload_refused":
    case "alert_failed":
    case "alert_given_up":
      return "error";
    default:
      return "info";
  }
}
