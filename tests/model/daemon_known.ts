/** What is known of a process of the real program, and in which states it may come to rest. */
import type { ProcessSnapshot } from "../../src/core/snapshot.ts";
import type { State, Wish } from "../../src/core/state.ts";
import { KINDS, type Settings } from "./daemon_moves.ts";

/** What is known of a process from what was asked and done to it. */
export interface Known {
  wish: Wish;
  /** The pid that it has to keep, for nothing was done to it since; null = anything may be. */
  pid: number | null;
  /** It may have ended without being started again. */
  mayHaveEnded: boolean;
  /** Its last end may have been another one than its own, or how it ended may be unknown. */
  mayHaveFailed: boolean;
  /** What it has had: another one does not bring back what rests. */
  readonly autorestarts: Set<Settings["autorestart"]>;
  /** It has not rested since it was asked to stop, and may have ended before. */
  mayNotBeStopped: boolean;
}

export function newlyKnown({ autostart }: Settings): Known {
  return {
    wish: autostart ? "up" : "down",
    pid: null,
    mayHaveEnded: false,
    mayHaveFailed: false,
    mayNotBeStopped: false,
    autorestarts: new Set(),
  };
}

export function request(known: Known, what: "start" | "stop" | "restart"): void {
  // A start of what is running changes nothing.
  if (what !== "start") known.pid = null;
  known.wish = what === "stop" ? "down" : "up";
  if (what === "stop") known.mayNotBeStopped = true;
  else known.mayHaveEnded = known.mayHaveFailed = false;
}

/** Something is done to its child, if it has one. */
export function disturb(known: Known): void {
  known.pid = null;
  known.mayHaveEnded = known.mayHaveFailed = true;
}

/** Taskmaster is killed: how it ends before the next one is there will not be known. */
export function leaveAlone(known: Known): void {
  known.mayHaveFailed = true;
}

/** Its child is replaced, if it has one; what had ended is tried anew. */
export function disturbAnew(known: Known): void {
  known.pid = null;
  if (known.wish === "up") known.mayHaveEnded = known.mayHaveFailed = false;
}

/** States in which it may be when nothing more is to happen. */
export function statesAtRest({ kind }: Settings, known: Known): State[] {
  const { wish, mayNotBeStopped, mayHaveEnded, mayHaveFailed, autorestarts } = known;
  if (wish === "down") return mayNotBeStopped ? ["STOPPED", "EXITED", "FATAL"] : ["STOPPED"];
  const { outcome } = KINDS[kind];
  const states: State[] = [outcome];
  if (kind === "once" && (mayHaveFailed || autorestarts.has("always"))) states.push("FATAL");
  if (outcome === "RUNNING" && mayHaveEnded && autorestarts.has("never")) states.push("EXITED");
  return states;
}

export function isAtRest({ state, wish, nextStartMs }: ProcessSnapshot): boolean {
  if (state === "STOPPED") return wish === "down";
  if (state === "RUNNING") return wish === "up";
  return state === "FATAL" || (state === "EXITED" && nextStartMs === null);
}

export function learn(known: Known, { pid, state }: ProcessSnapshot): void {
  known.pid = pid;
  known.mayHaveEnded = state === "EXITED";
  known.mayHaveFailed = state === "FATAL";
  known.mayNotBeStopped = state !== "STOPPED" && state !== "RUNNING";
}
