/** What of a process outlives the supervisor, and how it comes back to life. */
import type { ProcessEvent } from "./event.ts";
import type { Fault } from "./fault.ts";
import type { Program } from "./program.ts";
import type { Actor } from "./record.ts";
import { startDelayMs } from "./backoff.ts";
import { hasChild, type LastExit, type Process, type State, type Wish } from "./state.ts";

/** A child as the operating system can be asked for it again: a pid alone may be re-used. */
export interface ChildIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot, field 22 of /proc/PID/stat. */
  readonly startTicks: number;
}

/** Plain data; a line of the state table. */
export interface StoredProcess {
  readonly program: string;
  readonly num: number;
  readonly state: State;
  readonly wish: Wish;
  readonly generation: number;
  readonly failedStarts: number;
  readonly quickExits: number;
  readonly lastExit: LastExit | null;
  /** In STARTING null means that a child may have been started and was not noted any more. */
  readonly child: ChildIdentity | null;
  /** It is to start again when it has stopped. */
  readonly startsAgain: boolean;
  readonly fault: Fault | null;
  /** In STOPPING: nobody had asked for it, its leader ended and has left others behind. */
  readonly endedByItself?: boolean;
  /** It is no longer configured. */
  readonly isLeaving?: boolean;
  /** Its child was started with settings that a reload has replaced, and is to be replaced. */
  readonly isOutdated?: boolean;
  /** A start or restart was asked for that its wish does not tell of, and its turn has not come. */
  readonly awaitsNewChild?: boolean;
  /** The wish is somebody's: `autostart` has no say any more, should it be changed in the file. */
  readonly isAsked?: boolean;
}

/** What has been decided about a process, and is not done yet. */
export interface Decided {
  readonly isLeaving: boolean;
  readonly isOutdated: boolean;
  readonly awaitsNewChild: boolean;
}

/** What is known of a process beside its own state. */
export interface Noted extends Decided {
  readonly isAsked: boolean;
}

/** `child`: of the newest child it has had, if it still has it. */
export function storeProcess(
  process: Process,
  child: ChildIdentity | null,
  { isLeaving, isOutdated, awaitsNewChild, isAsked }: Noted,
): StoredProcess {
  const { program, num, state, wish, generation, failedStarts, quickExits, lastExit } = process;
  const startsAgain = process.state === "STOPPING"
    ? process.after.kind === "start"
    : process.state === "EXITED" && process.deadline !== null;
  const fault = "fault" in process ? process.fault : null;
  const endedByItself = process.state === "STOPPING" && process.after.kind === "ended";
  return {
    ...{ program, num, state, wish, generation, failedStarts, quickExits, lastExit },
    ...{ child: hasChild(process) ? child : null, startsAgain, fault },
    ...(endedByItself && { endedByItself }),
    ...(isLeaving && { isLeaving }),
    ...(isOutdated && { isOutdated }),
    ...(awaitsNewChild && { awaitsNewChild }),
    ...(isAsked && { isAsked }),
  };
}

/** What was found of the child that the table names. */
export interface Remains {
  /** `group`: only other members of its group. */
  readonly kind: "alive" | "group" | "nothing";
  readonly pid: number;
  /** Monotonic milliseconds, before our own start as a rule. */
  readonly startedAt: number;
}

export interface Restored {
  readonly process: Process;
  /** To be sent next, in order: what happened meanwhile, or has to be done over. */
  readonly events: readonly ProcessEvent[];
}

const BY: Actor = { via: "supervisor", detail: "adoption" };

/** `remains` is null when the stored process has no child. `now`: monotonic milliseconds. */
export function restoreProcess(
  stored: StoredProcess,
  program: Program,
  remains: Remains | null,
  now: number,
): Restored {
  if (remains === null) return { process: atRest(stored, now), events: [] };
  if (stored.endedByItself && stored.lastExit !== null && remains.kind !== "alive") {
    return endOver(stored, stored.lastExit, remains, now);
  }
  // When it ended is not known: it counts as if it had run until now.
  const child = { pid: remains.pid, startedAt: remains.startedAt };
  const upAt = child.startedAt + program.starttimeMs;
  const process: Process = stored.state === "STARTING"
    ? { ...common(stored), state: "STARTING", child, deadline: upAt }
    : { ...common(stored), state: "RUNNING", child, runningAt: Math.min(upAt, now) };
  const events: ProcessEvent[] = [];
  const { generation, wish } = stored;
  if (stored.state === "STOPPING") {
    events.push({ kind: "stop", by: BY, wish });
    // That it stops and is wanted is a restart, or half of one, or an orderly end that was cut off.
    if (wish === "up") events.push({ kind: "start", by: BY });
  }
  if (remains.kind !== "alive") {
    const groupRemains = remains.kind === "group";
    events.push({ kind: "exited", generation, exit: { kind: "unknown" }, groupRemains });
  }
  return { process, events };
}

/** How the leader ended is known, so its rules say what follows when nothing of it is left. */
function endOver(stored: StoredProcess, last: LastExit, remains: Remains, now: number): Restored {
  const { generation } = stored;
  const child = { pid: remains.pid, startedAt: now - last.uptimeMs };
  const process: Process = last.ranMs === null
    ? { ...common(stored), state: "STARTING", child, deadline: null }
    : { ...common(stored), state: "RUNNING", child, runningAt: now - last.ranMs };
  const groupRemains = remains.kind === "group";
  return { process, events: [{ kind: "exited", generation, exit: last.exit, groupRemains }] };
}

function common(stored: StoredProcess): Omit<Extract<Process, { state: "STOPPED" }>, "state"> {
  const { program, num, wish, generation, failedStarts, quickExits, lastExit } = stored;
  return { program, num, wish, generation, failedStarts, quickExits, lastExit };
}

/** A process without a child, as it was. A start that was cut off before it began is due at once. */
function atRest(stored: StoredProcess, now: number): Process {
  const base = common(stored);
  const { fault, failedStarts } = stored;
  switch (stored.state) {
    case "FATAL":
      if (fault !== null) return { ...base, state: "FATAL", fault };
      break;
    case "BACKOFF":
      if (fault === null) break;
      return { ...base, state: "BACKOFF", fault, deadline: now + startDelayMs(failedStarts) };
    case "EXITED":
      return { ...base, state: "EXITED", deadline: stored.startsAgain ? now : null };
    case "STARTING":
    case "RUNNING":
    case "STOPPING":
      return { ...base, state: "EXITED", deadline: stored.wish === "up" ? now : null };
    case "STOPPED":
      break;
  }
  return { ...base, state: "STOPPED" };
}
