/** Callers that wait for a process to be up or down. */
import type { Fault } from "../core/fault.ts";
import type { Process } from "../core/state.ts";

export type Goal = "up" | "down";

/** `fault` null = the goal is reached. */
export interface Verdict {
  readonly fault: Fault | null;
}

const REACHED: Verdict = { fault: null };

/** What is to be said to someone who waits for the goal; null = wait on. */
export function judge(process: Process, goal: Goal): Verdict | null {
  return goal === "up" ? judgeUp(process) : judgeDown(process);
}

function judgeUp(process: Process): Verdict | null {
  switch (process.state) {
    case "RUNNING":
    case "EXITED": // it came up, and has done its work since
      return REACHED;
    case "STARTING":
      return null;
    case "STOPPING":
      return process.after.kind === "rest" ? superseded("a stop") : null;
    case "STOPPED":
      return superseded("a stop");
    case "BACKOFF":
    case "FATAL":
      return { fault: process.fault };
  }
}

function judgeDown(process: Process): Verdict | null {
  switch (process.state) {
    case "STOPPED":
    case "FATAL":
      return REACHED;
    case "EXITED":
      return process.deadline === null ? REACHED : superseded("a start");
    case "STOPPING":
      return process.after.kind === "start" ? superseded("a start") : null;
    case "STARTING":
    case "RUNNING":
    case "BACKOFF":
      return superseded("a start");
  }
}

function superseded(what: string): Verdict {
  return { fault: { code: "superseded", message: `${what} was asked for meanwhile` } };
}

interface Waiter {
  readonly goal: Goal;
  readonly resolve: (verdict: Verdict) => void;
}

export class Goals<K> {
  readonly #waiters = new Map<K, Waiter[]>();

  /** Calls `resolve` when the process has reached the goal or no longer can, perhaps at once. */
  wait(key: K, process: Process, goal: Goal, resolve: (verdict: Verdict) => void): void {
    const verdict = judge(process, goal);
    if (verdict !== null) return resolve(verdict);
    const waiters = this.#waiters.get(key);
    if (waiters === undefined) this.#waiters.set(key, [{ goal, resolve }]);
    else waiters.push({ goal, resolve });
  }

  /** To be called after every change of a process. */
  update(key: K, process: Process): void {
    const waiters = this.#waiters.get(key);
    if (waiters === undefined) return;
    const left = waiters.filter(({ goal, resolve }) => {
      const verdict = judge(process, goal);
      if (verdict !== null) resolve(verdict);
      return verdict === null;
    });
    if (left.length === 0) this.#waiters.delete(key);
    else this.#waiters.set(key, left);
  }
}
