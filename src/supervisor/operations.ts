/**
 * Starting, stopping and restarting several processes in the order of their priorities. An
 * operation belongs to the supervisor: it goes on to its end whatever becomes of who asked.
 */
import type { Fault } from "../core/fault.ts";
import { type Prioritised, startTiers, stopTiers } from "../core/order.ts";
import type { Actor } from "../core/record.ts";
import { hasChild, type Process } from "../core/state.ts";
import type { ProcessResult } from "../ports/controller.ts";
import type { Goal } from "./goals.ts";
import { type Entry, nameOf } from "./process_table.ts";
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
  return inTiers(entries, startTiers, (entry) => {
    const refusal = refuseStart(supervisor, entry);
    if (refusal !== null && refusal.code !== "already_started") return result(entry, refusal);
    supervisor.send(entry.id, { kind: "start", by });
    return refusal === null ? until("up", supervisor, entry) : result(entry, refusal);
  }, claimStaying(entries));
}

/** Stops tier by tier, the next one when nothing is left of the one before. */
export function stop(
  supervisor: Supervisor,
  entries: readonly Entry[],
  by: Actor,
): Promise<ProcessResult[]> {
  return stopWith(({ id }) => supervisor.send(id, { kind: "stop", by, wish: "down" }), {
    supervisor,
    entries,
  });
}

/** The same for what a reload has removed, unless another one takes it back before its turn. */
export function remove(
  supervisor: Supervisor,
  entries: readonly Entry[],
  by: Actor,
): Promise<ProcessResult[]> {
  return stopWith((entry) => supervisor.remove(entry, by), { supervisor, entries });
}

function stopWith(
  send: (entry: Entry) => void,
  { supervisor, entries }: { readonly supervisor: Supervisor; readonly entries: readonly Entry[] },
): Promise<ProcessResult[]> {
  return inTiers(entries, stopTiers, (entry) => {
    const refusal = refuseStop(entry.process);
    send(entry);
    return refusal === null ? until("down", supervisor, entry) : result(entry, refusal);
  });
}

/**
 * Stop, then start. The wish is up all the while, so that a crash of the supervisor in the middle
 * does not leave a program down.
 */
export async function restart(
  supervisor: Supervisor,
  entries: readonly Entry[],
  by: Actor,
): Promise<ProcessResult[]> {
  const tiers = new Set(entries.map((entry) => entry.program.priority)).size;
  const mine = claimStaying(entries);
  if (tiers > 1) {
    await inTiers(entries, stopTiers, (entry) => {
      if (refuseRestart(supervisor, entry) !== null) return result(entry, null);
      supervisor.send(entry.id, { kind: "stop", by, wish: "up" });
      return until("down", supervisor, entry);
    }, mine);
  }
  return inTiers(entries, startTiers, (entry) => {
    const refusal = refuseRestart(supervisor, entry);
    if (refusal !== null) return result(entry, refusal);
    if (tiers <= 1) supervisor.send(entry.id, { kind: "stop", by, wish: "up" });
    supervisor.send(entry.id, { kind: "start", by }); // queues up behind the stop
    return until("up", supervisor, entry);
  }, mine);
}

/** Stops everything for the end of the supervisor; what the operator wished for is kept. */
export async function stopForShutdown(supervisor: Supervisor, by: Actor): Promise<void> {
  await inTiers(supervisor.table.all(), stopTiers, (entry) => {
    supervisor.send(entry.id, { kind: "stop", by, wish: entry.process.wish });
    return until("down", supervisor, entry);
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

function refuseRestart(supervisor: Supervisor, entry: Entry): Fault | null {
  if (supervisor.isShuttingDown) return SHUTTING_DOWN;
  return entry.isLeaving ? BEING_REMOVED : null;
}

function refuseStart(supervisor: Supervisor, entry: Entry): Fault | null {
  const refusal = refuseRestart(supervisor, entry);
  if (refusal !== null || entry.process.state !== "RUNNING") return refusal;
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
function claimStaying(entries: readonly Entry[]): symbol {
  return claim(entries.filter(({ isLeaving }) => !isLeaving));
}

function claim(entries: readonly Entry[]): symbol {
  const mine = Symbol("operation");
  for (const entry of entries) entry.claim = mine;
  return mine;
}

/** Acts on each tier in turn, leaving out what a later operation has taken over meanwhile. */
async function inTiers(
  entries: readonly Entry[],
  order: <T extends Prioritised>(items: Iterable<T>) => T[][],
  act: (entry: Entry) => Promise<ProcessResult> | ProcessResult,
  mine: symbol = claim(entries),
): Promise<ProcessResult[]> {
  const results = new Map<Entry, ProcessResult>();
  const tiers = order(entries.map((entry) => ({ priority: entry.program.priority, entry })));
  for (const tier of tiers) {
    await Promise.all(tier.map(async ({ entry }) => {
      const isMine = entry.claim === mine;
      results.set(
        entry,
        isMine ? await act(entry) : result(entry, entry.isLeaving ? BEING_REMOVED : SUPERSEDED),
      );
    }));
  }
  return entries.flatMap((entry) => results.get(entry) ?? []);
}
