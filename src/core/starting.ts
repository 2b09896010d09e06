/** The steps that bring a process up: launch, spawn outcome, RUNNING, retries, giving up. */
import { startDelayMs } from "./backoff.ts";
import type { Effect } from "./effect.ts";
import type { Fault } from "./fault.ts";
import type { Program } from "./program.ts";
import type { Actor } from "./record.ts";
import type { Child, Process, ProcessIn, State } from "./state.ts";
import { common, record, type Situation, type Step } from "./step.ts";

export function startAfresh({ process, event }: Situation<State, "start">): Step {
  return launch({ ...process, wish: "up", failedStarts: 0, quickExits: 0 }, event.by);
}

export function launch(process: Process, by: Actor, before: readonly Effect[] = []): Step {
  const generation = process.generation + 1;
  return {
    process: { ...common(process), state: "STARTING", generation, child: null, deadline: null },
    effects: [...before, { kind: "spawn", generation, by }],
  };
}

export function becomeChild(
  { process, program, event, now }: Situation<"STARTING", "spawned">,
): Step {
  const child = { pid: event.pid, startedAt: now };
  const started = record({ kind: "started", pid: event.pid, by: event.by });
  if (program.starttimeMs === 0) return becomeRunning(process, child, now, [started]);
  return {
    process: { ...process, child, deadline: now + program.starttimeMs },
    effects: [started],
  };
}

export function becomeRunning(
  process: Process,
  child: Child,
  now: number,
  before: readonly Effect[] = [],
): Step {
  return {
    process: { ...common(process), state: "RUNNING", failedStarts: 0, child, runningAt: now },
    effects: [...before, record({ kind: "running", pid: child.pid })],
  };
}

export function failStart(
  process: Process,
  program: Program,
  now: number,
  fault: Fault,
  before: readonly Effect[] = [],
): Step {
  const failedStarts = process.failedStarts + 1;
  const mayRetry = failedStarts <= program.startretries;
  const delayMs = mayRetry ? startDelayMs(failedStarts) : 0;
  const { startretries } = program;
  const reason = fault.message;
  const backoff = record({ kind: "backoff", reason, failedStarts, startretries, delayMs });
  return {
    process: {
      ...common(process),
      state: "BACKOFF",
      failedStarts,
      deadline: now + delayMs,
      fault,
    },
    effects: mayRetry ? [...before, backoff] : before,
  };
}

export function giveUp(process: ProcessIn<"BACKOFF">): Step {
  return {
    process: { ...common(process), state: "FATAL", fault: process.fault },
    effects: [record({ kind: "fatal", reason: process.fault.message })],
  };
}
