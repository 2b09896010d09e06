/** What a reference knows of the child of its process. */
import type { ExitStatus } from "../../src/core/exit_status.ts";
import type { ProcessIn } from "../../src/core/state.ts";

/** What the operating system holds of the process. */
export interface Child {
  readonly bornAt: number;
  /** From when on it is RUNNING. */
  upAt: number;
  /** Whoever waits for that knows it. */
  isSaidToBeUp: boolean;
  isLeaderAlive: boolean;
  /** How its leader ended when nobody had asked for it. */
  ownEnd:
    | {
      readonly exit: ExitStatus;
      readonly isEarly: boolean;
      readonly isExpected: boolean;
      readonly ranMs: number;
    }
    | null;
  /** What is to follow when nothing of it is left; null = its rules say. */
  next: "rest" | "start" | null;
  isStopSignalDue: boolean;
  /** When SIGKILL is due; null = nobody asked it to end, or SIGKILL was sent. */
  killAt: number | null;
}

/** Believes what an engine says. */
export function childFrom(
  process: ProcessIn<"STARTING" | "RUNNING" | "STOPPING">,
  bornAt: number,
): Child {
  const child: Child = {
    bornAt,
    upAt: bornAt,
    isSaidToBeUp: process.state === "RUNNING",
    isLeaderAlive: true,
    ownEnd: null,
    next: null,
    isStopSignalDue: false,
    killAt: null,
  };
  if (process.state === "STARTING") return { ...child, upAt: process.deadline ?? bornAt };
  if (process.state === "RUNNING") return { ...child, upAt: process.runningAt };
  const { after, leaderHasEnded, deadline: killAt, lastExit } = process;
  const next = after.kind === "ended" ? null : after.kind;
  const isLeaderAlive = !leaderHasEnded;
  if (next !== null || lastExit === null) return { ...child, isLeaderAlive, next, killAt };
  const { exit, ranMs, expected: isExpected } = lastExit;
  const ownEnd = { exit, isEarly: ranMs === null, isExpected, ranMs: ranMs ?? 0 };
  return { ...child, isLeaderAlive, next, killAt, ownEnd };
}
