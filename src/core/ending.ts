/** The steps that take a process down, asked for or not, until nothing of its group is left. */
import { InvariantError } from "../base/invariant.ts";
import { QUICK_EXIT_MS, restartDelayMs } from "./backoff.ts";
import type { Effect } from "./effect.ts";
import { describeExit, isExpected } from "./exit_status.ts";
import type { Fault } from "./fault.ts";
import type { Program } from "./program.ts";
import type { Actor } from "./record.ts";
import { becomeRunning, failStart, launch } from "./starting.ts";
import type { Child, LastExit, Process, ProcessIn } from "./state.ts";
import { childOf, common, record, type Situation, stay, type Step } from "./step.ts";

const RELEASE: Effect = { kind: "release" };

export function rest(process: Process, by: Actor, before: readonly Effect[] = []): Step {
  return {
    process: { ...common(process), state: "STOPPED" },
    effects: [...before, record({ kind: "stopped", by })],
  };
}

export function beginStop(
  { process, program, event, now }: Situation<"STARTING" | "RUNNING", "stop">,
): Step {
  const child = childOf(process);
  const { stopsignal: signal, stopasgroup } = program;
  return {
    process: {
      ...common(process),
      state: "STOPPING",
      wish: event.wish,
      child,
      leaderHasEnded: false,
      deadline: now + program.stoptimeMs,
      after: { kind: "rest", by: event.by },
      trouble: null,
    },
    effects: [
      record({ kind: "stopping", pid: child.pid, signal, by: event.by }),
      { kind: "signal", signal, target: stopasgroup ? "group" : "leader" },
    ],
  };
}

/** SIGKILL is tried again now and then, without telling each time. */
const KILL_AGAIN_MS = 10_000;

export function signalRefused(
  { process, event, now }: Situation<"STOPPING", "signal_refused">,
): Step {
  const { signal, reason } = event;
  const before = process.trouble;
  const isNews = before?.signal !== signal || before.reason !== reason;
  const deadline = signal === "KILL" ? now + KILL_AGAIN_MS : process.deadline;
  return {
    process: { ...process, deadline, trouble: { signal, reason } },
    effects: isNews ? [record({ kind: "signal_refused", signal, reason })] : [],
  };
}

export function kill({ process, program, now }: Situation<"STOPPING", "deadline">): Step {
  // A reload may have said so after the leader's end. What is left is not to be killed, then.
  if (process.leaderHasEnded && !program.killasgroup) {
    return settle(process, program, now, [groupLeft(process.child)]);
  }
  const { pid } = process.child;
  const isFirst = process.trouble?.signal !== "KILL";
  const afterMs = now - (process.deadline ?? now) + program.stoptimeMs;
  return {
    process: { ...process, deadline: null },
    effects: [
      ...isFirst ? [record({ kind: "killing", pid, afterMs: Math.round(afterMs) })] : [],
      { kind: "signal", signal: "KILL", target: program.killasgroup ? "group" : "leader" },
    ],
  };
}

export function leaderEnded(
  { process, program, event, now }: Situation<"STARTING" | "RUNNING", "exited">,
): Step {
  const child = childOf(process);
  // The exit may be seen before the deadline that was due first.
  const due = process.state === "STARTING" ? process.deadline : null;
  const runningAt = due !== null && due <= now ? due : null;
  const running = runningAt === null ? stay(process) : becomeRunning(process, child, runningAt);
  const runsSince = process.state === "RUNNING" ? process.runningAt : runningAt;
  const last: LastExit = {
    pid: child.pid,
    exit: event.exit,
    expected: isExpected(event.exit, program),
    uptimeMs: Math.round(now - child.startedAt),
    ranMs: runsSince === null ? null : Math.round(now - runsSince),
  };
  const ended = { ...running.process, lastExit: last };
  const effects = [...running.effects, recordExit(last, event.groupRemains)];
  if (!event.groupRemains) return afterEnd(ended, program, now, last, effects);
  if (!program.killasgroup) {
    return afterEnd(ended, program, now, last, [...effects, groupLeft(child)]);
  }
  const { stopsignal: signal, stopasgroup } = program;
  const sweep: Effect[] = stopasgroup ? [{ kind: "signal", signal, target: "group" }] : [];
  return {
    process: {
      ...common(ended),
      state: "STOPPING",
      child,
      leaderHasEnded: true,
      deadline: now + program.stoptimeMs,
      after: { kind: "ended" },
      trouble: null,
    },
    effects: [...effects, { kind: "watch_group" }, ...sweep],
  };
}

export function leaderEndedWhileStopping(
  { process, program, event, now }: Situation<"STOPPING", "exited">,
): Step {
  const { child } = process;
  const last: LastExit = {
    pid: child.pid,
    exit: event.exit,
    expected: true, // it was asked to end, so no code is a surprise
    uptimeMs: Math.round(now - child.startedAt),
    ranMs: null,
  };
  const ended = { ...process, leaderHasEnded: true, lastExit: last };
  const effects = [recordExit(last, event.groupRemains)];
  if (!event.groupRemains) return settle(ended, program, now, effects);
  if (!program.killasgroup) return settle(ended, program, now, [...effects, groupLeft(child)]);
  return { process: ended, effects: [...effects, { kind: "watch_group" }] };
}

function recordExit(last: LastExit, groupRemains: boolean): Effect {
  return record({ kind: "exited", ...last, groupRemains });
}

function groupLeft(child: Child): Effect {
  return record({ kind: "group_left", pid: child.pid });
}

export function settle(
  process: ProcessIn<"STOPPING">,
  program: Program,
  now: number,
  effects: readonly Effect[] = [],
): Step {
  const { after, lastExit } = process;
  switch (after.kind) {
    case "rest":
      return rest(process, after.by, [...effects, RELEASE]);
    case "start":
      return launch({ ...process, failedStarts: 0, quickExits: 0 }, after.by, [
        ...effects,
        RELEASE,
      ]);
    case "ended":
      if (lastExit === null) throw new InvariantError("a leader that ended has left an exit");
      return afterEnd(process, program, now, lastExit, effects);
  }
}

function afterEnd(
  process: Process,
  program: Program,
  now: number,
  last: LastExit,
  before: readonly Effect[],
): Step {
  const effects = [...before, RELEASE];
  const endedEarly = last.ranMs === null;
  if (endedEarly && (!last.expected || program.autorestart === "always")) {
    return failStart(process, program, now, endedTooEarly(last), effects);
  }
  const isRestarted = process.wish === "up" && !endedEarly &&
    (program.autorestart === "always" || (program.autorestart === "unexpected" && !last.expected));
  const isQuick = (last.ranMs ?? 0) < QUICK_EXIT_MS;
  const quickExits = isRestarted && isQuick ? process.quickExits + 1 : 0;
  const delayMs = restartDelayMs(quickExits);
  if (delayMs > 0) effects.push(record({ kind: "restart_delayed", delayMs }));
  const deadline = isRestarted ? now + delayMs : null;
  return { process: { ...common(process), state: "EXITED", quickExits, deadline }, effects };
}

function endedTooEarly(last: LastExit): Fault {
  const uptime = (last.uptimeMs / 1000).toFixed(1);
  const message = `exited too early, after ${uptime} s, with ${describeExit(last.exit)}`;
  return { code: "exited_too_early", message };
}
