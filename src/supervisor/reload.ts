/** From the plan of a reload to events. */
import type { Configuration } from "../core/configuration.ts";
import { processId } from "../core/name.ts";
import { type Plan, planReload } from "../core/plan.ts";
import type { Actor } from "../core/record.ts";
import { restart, start, stop } from "./operations.ts";
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
export async function applyPlan(
  supervisor: Supervisor,
  next: Configuration,
  plan: Plan,
  by: Actor,
): Promise<void> {
  const restarts: Entry[] = [];
  const starts: Entry[] = [];
  const removals: Entry[] = [];
  const old = supervisor.configuration;
  // After a crash in the middle of this the old settings make the next start do it over; those of
  // new programs have to be there as well, or their processes would be strangers.
  supervisor.saveSettings(new Map([...next.programs, ...old.programs]));
  supervisor.configure(next);
  for (const { program: name, num, change } of plan.changes) {
    const program = next.programs.get(name);
    const known = supervisor.table.get(processId(name, num));
    switch (change.kind) {
      case "add": {
        if (program === undefined) break;
        const entry = known ?? supervisor.add(program, num);
        entry.isLeaving = false; // it may have been on its way out
        if (change.start) starts.push(entry);
        break;
      }
      case "remove":
        if (known !== undefined) removals.push(known);
        break;
      case "restart":
        if (known !== undefined) restarts.push(known);
        break;
      case "update":
      case "update_at_rest":
        break;
    }
  }
  await Promise.all([
    remove(supervisor, removals, by),
    restart(supervisor, restarts, by),
    start(supervisor, starts, by),
  ]);
  if (supervisor.configuration === next) supervisor.saveSettings(next.programs);
}

/** Stops what is no longer configured; the supervisor forgets each when nothing of it is left. */
function remove(supervisor: Supervisor, entries: readonly Entry[], by: Actor): Promise<unknown> {
  for (const entry of entries) entry.isLeaving = true;
  return stop(supervisor, entries, by);
}
