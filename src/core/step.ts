/** What the cells of the state machine are made of: the shape of a step and of what leads to it. */
import { InvariantError } from "../base/invariant.ts";
import type { Effect } from "./effect.ts";
import type { EventKind, EventOf, ProcessEvent } from "./event.ts";
import type { Program } from "./program.ts";
import type { Happening } from "./record.ts";
import type { Child, Process, ProcessIn, State, Wish } from "./state.ts";

export interface Step {
  readonly process: Process;
  readonly effects: readonly Effect[];
}

export interface Occurrence<P extends Process, E extends ProcessEvent> {
  readonly process: P;
  readonly program: Program;
  readonly event: E;
  /** Monotonic milliseconds. */
  readonly now: number;
}

export type Situation<S extends State, K extends EventKind> = Occurrence<ProcessIn<S>, EventOf<K>>;
export type Cell<S extends State, K extends EventKind> = (situation: Situation<S, K>) => Step;

export function stay(process: Process): Step {
  return { process, effects: [] };
}

export function wishing<P extends Process>(process: P, wish: Wish): P {
  return { ...process, wish };
}

export function record(happening: Happening): Effect {
  return { kind: "record", happening };
}

export function common(process: Process): Omit<ProcessIn<"STOPPED">, "state"> {
  const { program, num, wish, generation, failedStarts, quickExits, lastExit } = process;
  return { program, num, wish, generation, failedStarts, quickExits, lastExit };
}

export function childOf(process: ProcessIn<"STARTING" | "RUNNING">): Child {
  if (process.child === null) {
    throw new InvariantError("the outcome of a spawn must be told before anything else happens");
  }
  return process.child;
}
