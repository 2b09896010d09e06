/** The read model: everything at one instant, plain data that can cross a wire. */
import type { LastExit, State, Wish } from "./state.ts";

export interface ProcessSnapshot {
  readonly name: string;
  readonly program: string;
  readonly num: number;
  readonly state: State;
  readonly wish: Wish;
  readonly priority: number;
  /** It runs on a terminal of its own, to which somebody can attach. */
  readonly hasTerminal: boolean;
  /** The leader's; null when there is none, or when it has ended and only its group is left. */
  readonly pid: number | null;
  /** ISO 8601; when the present child was started. */
  readonly startedAt: string | null;
  readonly uptimeMs: number | null;
  /** Children it has had since taskmaster knows it. */
  readonly starts: number;
  readonly failedStarts: number;
  readonly startretries: number;
  /** Time to the next automatic start, in BACKOFF and EXITED. */
  readonly nextStartMs: number | null;
  readonly lastExit: LastExit | null;
  /** Output that could not be written to its log, in bytes, and why it still cannot be. */
  readonly outputLost: number;
  readonly outputTrouble: string | null;
  /** Why it is in BACKOFF or FATAL, or why it does not get out of STOPPING. */
  readonly reason: string | null;
}

export interface Snapshot {
  /** In the order of names. */
  readonly processes: readonly ProcessSnapshot[];
  readonly supervisor: {
    readonly pid: number;
    readonly version: string;
    readonly config: string;
    readonly user: string;
    readonly uptimeMs: number;
    readonly shuttingDown: boolean;
  };
}

/** The operating system holds something of the process. */
export function hasOperatingSystemProcess({ state }: ProcessSnapshot): boolean {
  return state === "STARTING" || state === "RUNNING" || state === "STOPPING";
}

/** It is wanted up and is neither running nor done with its work. */
export function isMissing({ state, wish, lastExit }: ProcessSnapshot): boolean {
  if (wish === "down" || state === "RUNNING") return false;
  return !(state === "EXITED" && lastExit?.expected);
}
