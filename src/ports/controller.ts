/**
 * The one interface of every front end: shell, command line, page and tests. One implementation
 * asks the supervisor in this process, another asks over the socket; arguments and answers are
 * plain data.
 */
import type { Report } from "../base/diagnostic.ts";
import type { Result } from "../base/result.ts";
import type { AlertStatus, AlertTest } from "../core/alert/status.ts";
import type { Fault } from "../core/fault.ts";
import type { Plan } from "../core/plan.ts";
import type { JournalRecord, RecordLevel } from "../core/record.ts";
import type { Usage } from "../core/process_usage.ts";
import type { SignalName } from "../core/signal.ts";
import type { AttachListener, Attachment, AttachOptions } from "./attachment.ts";
import type { OutputPiece, OutputTail } from "./output_logs.ts";
import type { OutputStream } from "./spawner.ts";
import type { Snapshot } from "../core/snapshot.ts";

/** One process's part in the answer to a request. */
export interface ProcessResult {
  readonly name: string;
  /** null = done. */
  readonly fault: Fault | null;
  /** The pid after a start, when there is one. */
  readonly pid: number | null;
}

export interface OperationReply {
  readonly results: readonly ProcessResult[];
  /** Selectors that match nothing, each with the nearest known name. Nothing was done for them. */
  readonly unknown: readonly { readonly selector: string; readonly suggestion: string | null }[];
}

export interface TailReply {
  readonly tails: readonly ({ readonly name: string } & OutputTail)[];
  readonly unknown: OperationReply["unknown"];
}

/** Something that goes on until somebody ends it. */
export interface Following {
  /**
   * When nothing more comes: null after `end`, else a sentence why it ended by itself. Rejects
   * with nothing but what the listener threw, if it did while what came over a connection was
   * handed to it.
   */
  readonly ended: Promise<string | null>;
  end(): void;
}

export interface FollowReply extends Following {
  /** What is being followed. */
  readonly names: readonly string[];
  /** What has no log to follow, and why. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  readonly unknown: OperationReply["unknown"];
}

/** A mistake in the file, or the file could not be read. */
export type ConfigRefusal = { readonly message: string; readonly report: Report | null };

export type PlanReply = Result<
  { readonly plan: Plan; readonly warnings: Report },
  ConfigRefusal
>;

/** A supervisor, by what it says of itself. */
export interface SupervisorVersion {
  readonly version: string;
  readonly pid: number;
}

/** The configuration as plain data; values of environment variables are left out. */
export interface SettingsView {
  /** Absolute path of the file. */
  readonly path: string;
  readonly taskmaster: Readonly<Record<string, unknown>>;
  readonly programs: readonly Readonly<Record<string, unknown>>[];
}

export interface RecordQuery {
  /** Only records about the processes that these select. */
  readonly selectors?: readonly string[];
  /** The newest ones, at most so many. */
  readonly limit?: number;
  /** Only records of this level and above. */
  readonly level?: RecordLevel;
}

export interface UsageReply {
  /** Of those that run. */
  readonly processes: readonly ({ readonly name: string } & Usage)[];
  readonly unknown: OperationReply["unknown"];
}

export interface AlertTestReply {
  readonly results: readonly AlertTest[];
  /** When there is no alert of the name that was asked for. */
  readonly unknown: { readonly name: string; readonly suggestion: string | null } | null;
}

export interface Controller {
  snapshot(selectors?: readonly string[]): Promise<Snapshot & Pick<OperationReply, "unknown">>;

  /** What the processes use now, each with all that descends from it. Reads /proc when asked. */
  usage(selectors?: readonly string[]): Promise<UsageReply>;

  /** Resolves when each process is up or has failed; `wait: false`: when it was asked to. */
  start(selectors: readonly string[], options?: { wait?: boolean }): Promise<OperationReply>;
  /** Resolves when nothing is left of any of them. */
  stop(selectors: readonly string[], options?: { wait?: boolean }): Promise<OperationReply>;
  /** Stop, then start. Goes on to its end even if the caller goes away. */
  restart(selectors: readonly string[], options?: { wait?: boolean }): Promise<OperationReply>;
  /** To the leader of each running process. */
  signal(selectors: readonly string[], signal: SignalName): Promise<OperationReply>;

  /** The ends of the logs of what the selectors name. */
  tail(
    selectors: readonly string[],
    options: { stream: OutputStream; lines: number },
  ): Promise<TailReply>;
  /**
   * The same, and then what is written, until it is ended. `listener` is not called again for a
   * process while its promise is pending.
   */
  followOutput(
    selectors: readonly string[],
    options: { stream: OutputStream; lines: number },
    listener: (name: string, piece: OutputPiece) => void | Promise<void>,
  ): Promise<FollowReply>;

  /** Empties the logs of what the selectors name; rotated files stay. */
  clear(selectors: readonly string[]): Promise<OperationReply>;

  /**
   * Connects to the terminal of one running process with `tty`: `listener` gets its recent screen
   * and then what is written, through restarts, until `end` is called or the process comes to rest.
   */
  attach(
    name: string,
    options: AttachOptions,
    listener: AttachListener,
  ): Promise<Result<Attachment, Fault>>;

  /** What `reload` would do now. Changes nothing. */
  plan(): Promise<PlanReply>;
  /** Reads the file again and applies it; resolves when the changes were set going. */
  reload(): Promise<PlanReply>;

  /** Past records, oldest first. */
  records(query: RecordQuery): Promise<readonly JournalRecord[]>;
  /** Calls `listener` for every record from now on, until it is ended. */
  follow(listener: (record: JournalRecord) => void): Following;

  /** Every alert that is configured, in the order of the file. */
  alerts(): Promise<readonly AlertStatus[]>;
  /** Sends a test message by the alert of this name, or by all of them; resolves with what came of it. */
  testAlerts(name?: string): Promise<AlertTestReply>;

  /**
   * Writes the line that a user typed to the journal, for those that change something. Over the
   * socket this does nothing: there the supervisor notes every request by itself.
   */
  noteCommand(line: string): Promise<void>;

  /**
   * Stops everything and ends the supervisor; resolves when everything is stopped. With
   * `leaveRunning` the programs go on, and the next start takes them back.
   */
  shutdown(options?: { leaveRunning?: boolean }): Promise<void>;

  /**
   * Replaces the supervisor by a new program, which takes the running programs back: the same
   * executable by default. The error is a sentence that says why nothing changed. In the same
   * program this does not return when it worked.
   */
  upgrade(executable?: string): Promise<Result<SupervisorVersion, string>>;

  /** The settings that hold now, without anything secret. */
  settings(): Promise<SettingsView>;
}
