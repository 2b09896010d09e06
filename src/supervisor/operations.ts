/**
 * Starting, stopping and restarting several processes in the order of their priorities. An
 * operation belongs to the supervisor: it goes on to its end whatever becomes of who asked. What it
 * wants of each process is noted before the first has its turn, so that a supervisor after a crash
 * can do what is left.
 */
import type { Fault } from "../core/fault.ts";
import { type Prioritised, startTiers, stopTiers } from "../core/order.ts";
import type { Actor } from "../core/record.ts";
import { hasChild, type Process } from "../core/state.ts";
import type { ProcessResult } from "../ports/controller.ts";
import type { Goal } from "./goals.ts";
import { type Claim, type Entry, nameOf } from "./process_table.ts";
import type { Supervisor } from "./supervisor.ts";

/**
 * Starts tier by tier, the next one when every process of the one before is up or has failed.
 * (supervisord does not wait; that its "priority" does not order anything is an old complaint.)
 */
export function start(
  supervisor: Supervisor,
  entries: readonly Entry[],
  by: Actor,
): Promise<ProcessResult[]> {
  const mine = claimStaying(entries, by);
  for (const entry of heldBy(mine, entries)) {
    if (refuseRestart(supervisor, entry) !== null) continue;
    // They may rest like this although they are wanted up.
    const awaitsNewChild = entry.process.state === "EXITED" || entry.process.state === "FATAL";
    supervisor.decide(entry, { wish: "up", awaitsNewChild });
  }
  return inTiers(entries, startTiers, mine, (entry) => {
    const refusal = refuseStart(supervisor, entry);
    if (refusal !== null && refusal.code !== "already_started") return result(entry, refusal);
    // The reload that would have replaced its child leaves it alone from now on.
    if (entry.isOutdated) supervisor.send(entry.id, { kind: "stop", by, wish: "up" }, mine);
    supervisor.send(entry.id, { kind: "start", by }, mine);
    return refusal === null ? until("up", supervisor, entry) : result(entry, refusal);
  });
}

/** Stops tier by tier, the next one when nothing is left of the one before. */
export function stop(
  supervisor: Supervisor,
  entries: readonly Entry[],
  by: Actor,
): Promise<ProcessResult[]> {
  const mine = claim(entries, by);
  const refused = new Set(entries.filter(({ process }) => refuseStop(process) !== null));
  for (const entry of entries) {
    supervisor.decide(entry, { wish: "down", awaitsNewChild: false });
    // It may be halfway through a restart, and gone before its turn.
    if (entry.process.state !== "STOPPING") continue;
    supervisor.send(entry.id, { kind: "stop", by, wish: "down" }, mine);
  }
  return inTiers(entries, stopTiers, mine, (entry) => {
    // One that has ended before its turn is down as was asked for.
    const refusal = refused.has(entry) ? refuseStop(entry.process) : null;
    supervisor.send(entry.id, { kind: "stop", by, wish: "down" }, mine);
    return refusal === null ? until("down", supervisor, entry) : result(entry, refusal);
  });
}

/** The same for what a reload has removed, unless another one takes it back before its turn. */
export function remove(
  supervisor: Supervisor,
  entries: readonly Entry[],
  by: Actor,
): Promise<ProcessResult[]> {
  return inTiers(entries, stopTiers, claim(entries, by), (entry) => {
    supervisor.remove(entry, by);
    return until("down", supervisor, entry);
  });
}

/**
 * Stop, then start. The wish is up all the while, so that a crash of the supervisor in the middle
 * does not leave a program down.
 */
export function restart(
  supervisor: Supervisor,
  entries: readonly Entry[],
  by: Actor,
): Promise<ProcessResult[]> {
  const mine = claimStaying(entries, by);
  for (const entry of heldBy(mine, entries)) {
    if (refuseRestart(supervisor, entry) !== null) continue;
    supervisor.decide(entry, { wish: "up", awaitsNewChild: true });
  }
  return restartWhere(() => true, { supervisor, entries, by, mine });
}

/** The same for children with settings that a reload has replaced, unless they end before that. */
export function replace(
  supervisor: Supervisor,
  entries: readonly Entry[],
  by: Actor,
): Promise<ProcessResult[]> {
  const mine = claimStaying(entries, by);
  return restartWhere(({ isOutdated }) => isOutdated, { supervisor, entries, by, mine });
}

/** `isDue` is asked of each when it has its turn; one that it is not true of is only waited for. */
async function restartWhere(
  isDue: (entry: Entry) => boolean,
  { supervisor, entries, by, mine }: {
    readonly supervisor: Supervisor;
    readonly entries: readonly Entry[];
    readonly by: Actor;
    readonly mine: Claim;
  },
): Promise<ProcessResult[]> {
  const tiers = new Set(entries.map((entry) => entry.program.priority)).size;
  if (tiers > 1) {
    await inTiers(entries, stopTiers, mine, (entry) => {
      if (refuseRestart(supervisor, entry) !== null || !isDue(entry)) return result(entry, null);
      supervisor.send(entry.id, { kind: "stop", by, wish: "up" }, mine);
      return until("down", supervisor, entry);
    });
  }
  return inTiers(entries, startTiers, mine, (entry) => {
    const refusal = refuseRestart(supervisor, entry);
    if (refusal !== null) return result(entry, refusal);
    if (!isDue(entry)) return until("up", supervisor, entry);
    if (tiers <= 1) supervisor.send(entry.id, { kind: "stop", by, wish: "up" }, mine);
    supervisor.send(entry.id, { kind: "start", by }, mine); // queues up behind the stop
    return until("up", supervisor, entry);
  });
}

/**
 * Stops everything for the end of the supervisor; what the operator wished for is kept. Older
 * operations leave all of it alone from now on, and no later one takes anything out of it: what it
 * stops is waited for here as well.
 */
export async function stopForShutdown(supervisor: Supervisor, by: Actor): Promise<void> {
  const entries = supervisor.table.all();
  claim(entries, by);
  await tierByTier(entries, stopTiers, (entry) => {
    supervisor.send(entry.id, { kind: "stop", by, wish: entry.process.wish });
    return supervisor.wait(entry, "down");
  });
}

const SHUTTING_DOWN: Fault = { code: "shutting_down", message: "taskmaster is shutting down" };

const BEING_REMOVED: Fault = {
  code: "no_such_process",
  message: "no longer configured; it is being removed",
};
const SUPERSEDED: Fault = {
  code: "superseded",
  message: "something else was asked for meanwhile",
};

/** Why it is not to be brought up, now; null = it may be asked for. */
export function refuseRestart(supervisor: Supervisor, entry: Entry): Fault | null {
  if (supervisor.isShuttingDown) return SHUTTING_DOWN;
  return entry.isLeaving ? BEING_REMOVED : null;
}

function refuseStart(supervisor: Supervisor, entry: Entry): Fault | null {
  const refusal = refuseRestart(supervisor, entry);
  if (refusal !== null || entry.process.state !== "RUNNING" || entry.isOutdated) return refusal;
  return { code: "already_started", message: "already started" };
}

function refuseStop(process: Process): Fault | null {
  if (hasChild(process) || process.state === "BACKOFF") return null;
  if (process.state === "EXITED" && process.deadline !== null) return null;
  return { code: "not_running", message: "not running" };
}

async function until(goal: Goal, supervisor: Supervisor, entry: Entry): Promise<ProcessResult> {
  const { fault } = await supervisor.wait(entry, goal);
  return result(entry, fault);
}

function result(entry: Entry, fault: Fault | null): ProcessResult {
  return { name: nameOf(entry), fault, pid: entry.child?.identity.pid ?? null };
}

/** A start is refused to what is being removed, and must not keep it from being stopped. */
function claimStaying(entries: readonly Entry[], by: Actor): Claim {
  return claim(entries.filter(({ isLeaving }) => !isLeaving), by);
}

function claim(entries: readonly Entry[], by: Actor): Claim {
  const mine: Claim = { by };
  for (const entry of entries) entry.claim = mine;
  return mine;
}

function heldBy(mine: Claim, entries: readonly Entry[]): Entry[] {
  return entries.filter((entry) => entry.claim === mine);
}

type Order = <T extends Prioritised>(items: Iterable<T>) => T[][];

/** Acts on each tier in turn, leaving out what a later operation has taken over meanwhile. */
async function inTiers(
  entries: readonly Entry[],
  order: Order,
  mine: Claim,
  act: (entry: Entry) => Promise<ProcessResult> | ProcessResult,
): Promise<ProcessResult[]> {
  const results = new Map<Entry, ProcessResult>();
  await tierByTier(entries, order, async (entry) => {
    const isMine = entry.claim === mine;
    results.set(
      entry,
      isMine ? await act(entry) : result(entry, entry.isLeaving ? BEING_REMOVED : SUPERSEDED),
    );
  });
  return entries.flatMap((entry) => results.get(entry) ?? []);
}

async function tierByTier(
  entries: readonly Entry[],
  order: Order,
  act: (entry: Entry) => Promise<unknown>,
): Promise<void> {
  const tiers = order(entries.map((entry) => ({ priority: entry.program.priority, entry })));
  for (const tier of tiers) await Promise.all(tier.map(({ entry }) => act(entry)));
}
