/**
 * Beginning: from nothing, or from what an earlier run left. What is still alive is taken back, and
 * what has changed in the file since is applied as in a reload.
 */
import type { Configuration } from "../core/configuration.ts";
import { type ProcessId, processId } from "../core/name.ts";
import type { Actor } from "../core/record.ts";
import type { Program } from "../core/program.ts";
import type { StoredProcess } from "../core/stored.ts";
import type { StoredTable } from "../ports/state_store.ts";
import { start } from "./operations.ts";
import { applyPlan, planFor } from "./reload.ts";
import { summarisePlan } from "../core/plan.ts";
import type { Supervisor } from "./supervisor.ts";

const AUTOSTART: Actor = { via: "supervisor", detail: "autostart" };
const ADOPTION: Actor = { via: "supervisor", detail: "adoption" };

/** Resolves when everything that is to be up is up, or has failed. */
export async function boot(
  supervisor: Supervisor,
  configuration: Configuration,
  stored: StoredTable | null,
): Promise<void> {
  if (stored === null || stored.isClean) {
    supervisor.configure(configuration);
    const wishes = wishesOf(stored);
    for (const before of wishes.values()) {
      const program = configuration.programs.get(before.program);
      if (program === undefined || before.num >= program.numprocs) {
        supervisor.forgetStored(before.program, before.num);
      } else if (!isWanted(before, program)) {
        // Keeps the wish for the start after this one.
        supervisor.restore(program, { ...before, state: "STOPPED", child: null });
      }
    }
    supervisor.addMissing();
    supervisor.saveSettings(configuration.programs);
    const wanted = supervisor.table.all().filter(({ id, program }) =>
      isWanted(wishes.get(id), program)
    );
    await start(supervisor, wanted, AUTOSTART);
    return;
  }
  supervisor.configure({ ...configuration, programs: stored.programs });
  for (const process of stored.processes) {
    const program = stored.programs.get(process.program);
    if (program !== undefined) supervisor.restore(program, process);
  }
  const plan = planFor(supervisor, configuration);
  if (plan.changes.length > 0) {
    supervisor.journal.append({ kind: "reloaded", summary: summarisePlan(plan), by: ADOPTION });
  }
  const cutOff = supervisor.table.all().filter(({ process }) =>
    process.state === "STOPPED" && process.wish === "up"
  );
  await Promise.all([
    applyPlan(supervisor, configuration, plan, ADOPTION),
    start(supervisor, cutOff, ADOPTION),
  ]);
}

/** After an orderly end only what the operator wished for is carried over. */
function wishesOf(stored: StoredTable | null): Map<ProcessId, StoredProcess> {
  return new Map(
    stored?.processes.map((process) => [processId(process.program, process.num), process]),
  );
}

function isWanted(before: StoredProcess | undefined, { autostart }: Program): boolean {
  if (before === undefined) return autostart;
  if (before.wish === "up") return true;
  // Never asked for is not the same as stopped: autostart may have been set since.
  return before.generation === 0 && autostart;
}
