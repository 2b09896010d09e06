/** From the plan of a reload to events. */
import type { Configuration } from "../core/configuration.ts";
import { processId } from "../core/name.ts";
import { needsNewChild, type Plan, planReload, type ProcessChange } from "../core/plan.ts";
import type { Program } from "../core/program.ts";
import type { Actor } from "../core/record.ts";
import type { Decided } from "../core/stored.ts";
import { remove, replace, start, stop } from "./operations.ts";
import type { Entry } from "./process_table.ts";
import type { Supervisor } from "./supervisor.ts";

export function planFor(supervisor: Supervisor, next: Configuration): Plan {
  const staying = supervisor.table.all().filter((entry) => !entry.isLeaving);
  return planReload(supervisor.configuration, next, staying.map((entry) => entry.process));
}

/**
 * Takes the new configuration over. When it returns every process has its new settings and every
 * stop and start is under way; the promise resolves when they have come to their end.
 */
export function applyPlan(
  supervisor: Supervisor,
  next: Configuration,
  plan: Plan,
  by: Actor,
): Promise<void> {
  for (const { program, num, change } of plan.changes) {
    const entry = supervisor.table.get(processId(program, num));
    if (entry === undefined) continue;
    const settings = next.programs.get(program);
    supervisor.decide(entry, decisionOf(change, entry.program, settings));
  }
  // What has been decided is in the table by now: a crash in the middle of this does not undo it.
  saveSettings(supervisor, next);
  return carryOut(supervisor, next, plan, by);
}

/** What a supervisor after a crash has to know of a change to a process that there is. */
export function decisionOf(
  { kind }: ProcessChange,
  old: Program,
  next: Program | undefined,
): Partial<Decided> {
  if (kind === "restart") return { isOutdated: true };
  if (kind === "remove") return { isLeaving: true };
  // It is taken back on its way out, when its turn to stop may not have come.
  if (kind === "add" && next !== undefined && needsNewChild(old, next)) return { isOutdated: true };
  return {};
}

/** The same for a plan of which all that concerns known processes is noted with them. */
export async function carryOut(
  supervisor: Supervisor,
  next: Configuration,
  plan: Plan,
  by: Actor,
): Promise<void> {
  supervisor.configure(next);
  // What is not up has no turn to wait for: nothing of it is to be started, or found by its name.
  for (const entry of leavingIn(supervisor)) {
    const { state } = entry.process;
    if (state !== "STARTING" && state !== "RUNNING") supervisor.remove(entry, by);
  }
  const starts: Entry[] = [];
  const unwanted: Entry[] = [];
  for (const { program: name, num, change } of plan.changes) {
    const program = next.programs.get(name);
    if (change.kind !== "add" || program === undefined) continue;
    const entry = supervisor.add(program, num);
    if (!change.start) unwanted.push(entry);
    else if (!entry.isOutdated) starts.push(entry);
  }
  const outdated = supervisor.table.all().filter(({ isOutdated, isLeaving, process }) =>
    isOutdated && !isLeaving && process.wish === "up"
  );
  await Promise.all([
    // Each is forgotten when nothing of it is left.
    remove(supervisor, leavingIn(supervisor), by),
    stop(supervisor, unwanted, by),
    replace(supervisor, outdated, by),
    start(supervisor, starts, by),
  ]);
  if (supervisor.configuration === next) saveSettings(supervisor, next);
}

function leavingIn(supervisor: Supervisor): Entry[] {
  return supervisor.table.all().filter(({ isLeaving }) => isLeaving);
}

/** What is on its way out needs its settings until it is gone. */
function saveSettings(supervisor: Supervisor, { programs }: Configuration): void {
  const used = supervisor.table.all().map(({ program }) => [program.name, program] as const);
  supervisor.saveSettings(new Map([...used, ...programs]));
}
