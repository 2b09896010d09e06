/**
 * Beginning: from nothing, or from what an earlier run left. What is still alive is taken back, and
 * what has changed in the file since is applied as in a reload.
 */
import type { Configuration } from "../core/configuration.ts";
import { type ProcessId, processId } from "../core/name.ts";
import type { Actor } from "../core/record.ts";
import type { Program } from "../core/program.ts";
import type { Decided, StoredProcess } from "../core/stored.ts";
import { isBelievable, sortStrays, storeStray, type Stray, unknownProgram } from "../core/stray.ts";
import type { StoredTable } from "../ports/state_store.ts";
import { restart, start, stop } from "./operations.ts";
import type { Entry } from "./process_table.ts";
import { carryOut, decisionOf } from "./reload.ts";
import { type Plan, planReload, summarisePlan } from "../core/plan.ts";
import type { Supervisor } from "./supervisor.ts";

const AUTOSTART: Actor = { via: "supervisor", detail: "autostart" };
const ADOPTION: Actor = { via: "supervisor", detail: "adoption" };

/** Resolves when everything that is to be up is up, or has failed. */
export async function boot(
  supervisor: Supervisor,
  configuration: Configuration,
  onDisk: StoredTable | null,
): Promise<void> {
  const stored = onDisk?.isClean ? onDisk : withStrays(supervisor, configuration, onDisk);
  if (stored === null || stored.isClean) await startAfresh(supervisor, configuration, stored);
  else await goOn(supervisor, configuration, stored);
}

/** `ended`: what an orderly end has left; null = nothing was there before. */
async function startAfresh(
  supervisor: Supervisor,
  configuration: Configuration,
  ended: StoredTable | null,
): Promise<void> {
  const wishes = wishesOf(ended);
  const left = leftGenerations(supervisor, configuration, ended);
  supervisor.configure(configuration);
  // First, for from then on a crash goes on with the wishes that are noted, whatever is started.
  supervisor.saveSettings(configuration.programs);
  for (const [id, before] of wishes) {
    const program = configuration.programs.get(before.program);
    if (program === undefined || before.num >= program.numprocs) {
      supervisor.forgetStored(before.program, before.num);
    } else {
      const wanted = isWanted(before, program);
      supervisor.restore(program, beginAgain(before, wanted, left.get(id) ?? 0));
    }
  }
  supervisor.addMissing();
  const wanted = supervisor.table.all().filter(({ id, program }) =>
    isWanted(wishes.get(id), program)
  );
  await start(supervisor, wanted, AUTOSTART);
}

/**
 * After a crash. What the file says by now is decided first, so that nothing is started that it no
 * longer has, or with settings that it has changed.
 */
async function goOn(
  supervisor: Supervisor,
  configuration: Configuration,
  stored: StoredTable,
): Promise<void> {
  const before = withMissing(stored, configuration);
  const staying = stored.processes.filter(({ isLeaving }) => !isLeaving);
  const plan = planReload({ ...configuration, programs: before }, configuration, staying);
  if (plan.changes.length > 0) {
    supervisor.journal.append({ kind: "reloaded", summary: summarisePlan(plan), by: ADOPTION });
  }
  const decided = withDecisions(stored.processes, plan, before, configuration.programs);
  for (const process of decided) supervisor.saveStored(process);
  const programs = new Map([...before, ...configuration.programs]);
  supervisor.saveSettings(programs);
  supervisor.configure({ ...configuration, programs });
  for (const process of decided) {
    const program = programs.get(process.program);
    if (program !== undefined) supervisor.restore(program, process);
  }
  const entries = supervisor.table.all();
  await Promise.all([
    carryOut(supervisor, configuration, plan, ADOPTION),
    restart(supervisor, entries.filter(isStillToBeNew), ADOPTION),
    start(supervisor, entries.filter(isStillDown), ADOPTION),
    stop(supervisor, entries.filter(isStillUp), ADOPTION),
  ]);
}

/** A new child was asked for; what is outdated gets one in any case. */
function isStillToBeNew({ awaitsNewChild, isOutdated, isLeaving, process }: Entry): boolean {
  return awaitsNewChild && !isOutdated && !isLeaving && process.wish === "up";
}

/** It was taken up, and its turn to start had not come; what is outdated has another turn. */
function isStillDown({ process: { state, wish }, isOutdated, isLeaving }: Entry): boolean {
  return wish === "up" && !isOutdated && !isLeaving && state === "STOPPED";
}

/** It was taken down, and its turn to stop had not come. */
function isStillUp({ process: { state, wish }, isLeaving }: Entry): boolean {
  return wish === "down" && !isLeaving && (state === "STARTING" || state === "RUNNING");
}

/** What is no longer configured is not wanted either: nothing of it is to be started again. */
function withDecisions(
  processes: readonly StoredProcess[],
  plan: Plan,
  before: ReadonlyMap<string, Program>,
  next: ReadonlyMap<string, Program>,
): StoredProcess[] {
  const changes = new Map(
    plan.changes.map(({ program, num, change }) => [processId(program, num), change]),
  );
  return processes.map((process) => {
    const change = changes.get(processId(process.program, process.num));
    const old = before.get(process.program);
    const decided = change === undefined || old === undefined
      ? {}
      : decisionOf(change, old, next.get(process.program));
    const { isLeaving = process.isLeaving, isOutdated = process.isOutdated } = decided;
    return {
      ...process,
      ...(isLeaving && { isLeaving, wish: "down", startsAgain: false }),
      ...(isOutdated && { isOutdated }),
    };
  });
}

/**
 * After an orderly end no child is alive, but what children have put into sessions of their own may
 * be, with their names. Counting goes on from there, or it would pass for a newer child later.
 */
function leftGenerations(
  supervisor: Supervisor,
  configuration: Configuration,
  ended: StoredTable | null,
): Map<ProcessId, number> {
  const left = new Map<ProcessId, number>();
  if (ended === null) return left;
  for (const { program, num, generation } of believableStrays(supervisor, configuration, ended)) {
    const id = processId(program, num);
    left.set(id, Math.max(generation, left.get(id) ?? 0));
  }
  return left;
}

/**
 * The table may be damaged or gone while the children it named run on. They are found by what is in
 * their environments, so that nothing is started a second time.
 */
function withStrays(
  supervisor: Supervisor,
  configuration: Configuration,
  onDisk: StoredTable | null,
): StoredTable | null {
  const known = onDisk?.processes ?? [];
  const { journal } = supervisor;
  const generations = new Map(
    known.map(({ program, num, generation }) => [processId(program, num), generation]),
  );
  const strays = believableStrays(supervisor, configuration, onDisk);
  const { newest, surplus } = sortStrays(strays, known, generations);
  for (const { program, num, child } of surplus) {
    const message = `process ${child.pid} is a second copy of ${program}:${num}; stop it by hand`;
    journal.append({ kind: "note", message }, undefined, "error");
  }
  if (newest.size === 0) return onDisk;
  journal.append({
    kind: "note",
    message: `the state table does not name ${newest.size} running children of an earlier ` +
      "taskmaster; they are taken back all the same",
  });
  const others = known.filter(({ program, num }) => !newest.has(processId(program, num)));
  const processes = [...others, ...[...newest.values()].map(storeStray)];
  return { isClean: false, programs: onDisk?.programs ?? new Map(), processes };
}

/** By whom the program runs as, or did before the file was changed. The others are not spoken of. */
function believableStrays(
  supervisor: Supervisor,
  configuration: Configuration,
  onDisk: StoredTable | null,
): Stray[] {
  const uidsOf = (name: string) =>
    [onDisk?.programs.get(name), configuration.programs.get(name)]
      .flatMap((program) => supervisor.uidsOf(program?.user ?? null));
  return supervisor.findStrays().filter((stray) => isBelievable(stray, uidsOf(stray.program)));
}

/** Settings for every process: those of the file where the table has lost them. */
function withMissing(stored: StoredTable, { programs }: Configuration): Map<string, Program> {
  const all = new Map(stored.programs);
  for (const { program, num } of stored.processes) {
    if (all.has(program)) continue;
    all.set(program, programs.get(program) ?? unknownProgram(program, num + 1));
  }
  return all;
}

/** After an orderly end only what the operator wished for is carried over. */
function wishesOf(stored: StoredTable | null): Map<ProcessId, StoredProcess> {
  return new Map(
    stored?.processes.map((process) => [processId(process.program, process.num), process]),
  );
}

/**
 * Its wish is in the table at once: it may be long until its priority has its turn. What the end came
 * in the way of is not gone on with.
 */
function beginAgain(
  before: StoredProcess,
  isWanted: boolean,
  generation: number,
): StoredProcess {
  const decided: Decided = { isLeaving: false, isOutdated: false, awaitsNewChild: false };
  const atRest = { ...before, ...decided, state: "STOPPED", child: null } as const;
  if (!isWanted) return { ...atRest, wish: "down" };
  const isAsked = isSettled(before);
  const afresh = { isAsked, generation, failedStarts: 0, quickExits: 0, lastExit: null };
  return { ...atRest, ...afresh, wish: "up" };
}

function isWanted(before: StoredProcess | undefined, { autostart }: Program): boolean {
  // It may have been changed since.
  if (before === undefined || !isSettled(before)) return autostart;
  return before.wish === "up";
}

/** What its wish is has not been up to `autostart` alone. */
function isSettled({ generation, isAsked = false }: StoredProcess): boolean {
  return isAsked || generation > 0;
}
