/**
 * A process as the machine sees it: plain data that carries only what its state has.
 * All times are monotonic milliseconds.
 */
import type { ExitStatus } from "./exit_status.ts";
import type { Fault } from "./fault.ts";
import type { Actor } from "./record.ts";
import type { SignalName } from "./signal.ts";

export type State =
  | "STOPPED"
  | "STARTING"
  | "RUNNING"
  | "BACKOFF"
  | "STOPPING"
  | "EXITED"
  | "FATAL";

export const STATES: readonly State[] = [
  "STOPPED",
  "STARTING",
  "RUNNING",
  "BACKOFF",
  "STOPPING",
  "EXITED",
  "FATAL",
];

/** The operator's wish. No automatic rule changes it. */
export type Wish = "up" | "down";

/** How the last child ended. */
export interface LastExit {
  readonly pid: number;
  readonly exit: ExitStatus;
  readonly expected: boolean;
  readonly uptimeMs: number;
  /** How long it had been RUNNING; null when it was STARTING or STOPPING. */
  readonly ranMs: number | null;
}

interface Common {
  readonly program: string;
  readonly num: number;
  readonly wish: Wish;
  /** Counts the children this process has had; events of an earlier child carry a lower number. */
  readonly generation: number;
  /** Failed starts since the last success or the operator's last start. */
  readonly failedStarts: number;
  /** Exits in a row that came less than a second after RUNNING. */
  readonly quickExits: number;
  readonly lastExit: LastExit | null;
}

export interface Child {
  readonly pid: number;
  readonly startedAt: number;
}

export interface RefusedSignal {
  readonly signal: SignalName;
  readonly reason: string;
}

/** What becomes of the process when the last of its group is gone. */
export type AfterStopping =
  /** It was asked to stop. */
  | { readonly kind: "rest"; readonly by: Actor }
  /** A start was asked for while it was stopping. */
  | { readonly kind: "start"; readonly by: Actor }
  /** Its leader ended by itself and left members of its group behind. */
  | { readonly kind: "ended" };

export type Process =
  & Common
  & (
    | { readonly state: "STOPPED" }
    /** `child` is null between the wish to spawn and its outcome. */
    | { readonly state: "STARTING"; readonly child: Child | null; readonly deadline: number | null }
    | { readonly state: "RUNNING"; readonly child: Child; readonly runningAt: number }
    | { readonly state: "BACKOFF"; readonly deadline: number; readonly fault: Fault }
    | {
      readonly state: "STOPPING";
      readonly child: Child;
      /** Only members of its group are left. */
      readonly leaderHasEnded: boolean;
      /** When SIGKILL is due, or due again after it was refused; null once it was sent. */
      readonly deadline: number | null;
      readonly after: AfterStopping;
      /** Why the stop does not get on: the signal that was refused last. */
      readonly trouble: RefusedSignal | null;
    }
    /** `deadline`: when it is started again; null = it rests. */
    | { readonly state: "EXITED"; readonly deadline: number | null }
    | { readonly state: "FATAL"; readonly fault: Fault }
  );

export type ProcessIn<S extends State> = Extract<Process, { readonly state: S }>;

/** States in which the operating system holds something of the process. */
export function hasChild(
  process: Process,
): process is ProcessIn<"RUNNING" | "STOPPING"> | (ProcessIn<"STARTING"> & { child: Child }) {
  switch (process.state) {
    case "RUNNING":
    case "STOPPING":
      return true;
    case "STARTING":
      return process.child !== null;
    default:
      return false;
  }
}

/** When the process next wants an event `deadline`; null = never. */
export function deadlineOf(process: Process): number | null {
  return "deadline" in process ? process.deadline : null;
}

export function newProcess(program: string, num: number): ProcessIn<"STOPPED"> {
  return {
    program,
    num,
    state: "STOPPED",
    wish: "down",
    generation: 0,
    failedStarts: 0,
    quickExits: 0,
    lastExit: null,
  };
}
