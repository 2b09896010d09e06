/**
 * The state machine of one process: `(process, program, event, now) → (process, effects)`.
 * Pure; every state has a cell for every event, the ones that cannot happen included. The rules are
 * told in docs/states.md.
 */
import { InvariantError } from "../base/invariant.ts";
import {
  beginStop,
  kill,
  leaderEnded,
  leaderEndedWhileStopping,
  rest,
  settle,
  signalRefused,
} from "./ending.ts";
import type { EventKind, ProcessEvent } from "./event.ts";
import type { Program } from "./program.ts";
import type { Actor } from "./record.ts";
import { becomeChild, becomeRunning, failStart, giveUp, launch, startAfresh } from "./starting.ts";
import { deadlineOf, type Process, type State } from "./state.ts";
import { type Cell, childOf, record, type Situation, stay, type Step, wishing } from "./step.ts";

type Row<S extends State> = { readonly [K in EventKind]: Cell<S, K> };

const AUTORESTART: Actor = { via: "supervisor", detail: "autorestart" };
const RETRY: Actor = { via: "supervisor", detail: "retry" };

export const TABLE: { readonly [S in State]: Row<S> } = {
  STOPPED: {
    start: startAfresh,
    stop: ({ process, event }) => stay(wishing(process, event.wish)),
    spawned: impossible,
    spawn_failed: impossible,
    exited: impossible,
    group_ended: impossible,
    signal_refused: impossible,
    deadline: impossible,
  },
  STARTING: {
    start: ({ process }) => stay(wishing(process, "up")),
    stop: beginStop,
    spawned: becomeChild,
    spawn_failed: ({ process, program, event, now }) =>
      failStart(process, program, now, { code: "spawn_failed", message: event.reason }, [
        record({ kind: "spawn_failed", reason: event.reason }),
      ]),
    exited: leaderEnded,
    group_ended: impossible,
    signal_refused: impossible,
    // It counts from when it was due: after a crash of the supervisor that may be long ago.
    deadline: ({ process, now }) =>
      becomeRunning(process, childOf(process), process.deadline ?? now),
  },
  RUNNING: {
    start: ({ process }) => stay(wishing(process, "up")),
    stop: beginStop,
    spawned: impossible,
    spawn_failed: impossible,
    exited: leaderEnded,
    group_ended: impossible,
    signal_refused: impossible,
    deadline: impossible,
  },
  BACKOFF: {
    start: startAfresh,
    stop: ({ process, event }) => rest(wishing(process, event.wish), event.by),
    spawned: impossible,
    spawn_failed: impossible,
    exited: impossible,
    group_ended: impossible,
    signal_refused: impossible,
    deadline: ({ process, program }) =>
      process.failedStarts > program.startretries ? giveUp(process) : launch(process, RETRY),
  },
  STOPPING: {
    start: ({ process, event }) =>
      stay({ ...process, wish: "up", after: { kind: "start", by: event.by } }),
    stop: ({ process, event }) =>
      stay({ ...process, wish: event.wish, after: { kind: "rest", by: event.by } }),
    spawned: impossible,
    spawn_failed: impossible,
    exited: leaderEndedWhileStopping,
    group_ended: ({ process, program, now }) =>
      settle(process, program, now, [record({ kind: "group_ended", pid: process.child.pid })]),
    signal_refused: signalRefused,
    deadline: kill,
  },
  EXITED: {
    start: startAfresh,
    stop: ({ process, event }) => {
      const wished = wishing(process, event.wish);
      return process.deadline === null ? stay(wished) : rest(wished, event.by);
    },
    spawned: impossible,
    spawn_failed: impossible,
    exited: impossible,
    group_ended: impossible,
    signal_refused: impossible,
    deadline: ({ process }) => launch(process, AUTORESTART),
  },
  FATAL: {
    start: startAfresh,
    stop: ({ process, event }) => stay(wishing(process, event.wish)),
    spawned: impossible,
    spawn_failed: impossible,
    exited: impossible,
    group_ended: impossible,
    signal_refused: impossible,
    deadline: impossible,
  },
};

/**
 * Events of an earlier child and deadlines that are no longer due change nothing. Throws
 * InvariantError when an event cannot happen in the state: a bug in the caller.
 */
export function transition(
  process: Process,
  program: Program,
  event: ProcessEvent,
  now: number,
): Step {
  if ("generation" in event && event.generation !== process.generation) return stay(process);
  if (event.kind === "deadline") {
    const deadline = deadlineOf(process);
    if (deadline === null || deadline > now) return stay(process);
  }
  const cell = TABLE[process.state][event.kind] as Cell<State, EventKind>;
  return cell({ process, program, event, now });
}

function impossible({ process, event }: Situation<State, EventKind>): Step {
  throw new InvariantError(`event ${event.kind} cannot happen in state ${process.state}`);
}
