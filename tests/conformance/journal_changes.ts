/** Changes of state as taskmaster's journal tells them: it names what happens, not the states. */
import { describeExit } from "../../src/core/exit_status.ts";
import type { JournalRecord } from "../../src/core/record.ts";
import type { State } from "./scenario.ts";
import type { Change, End } from "./side.ts";

export class ChangesOfJournal {
  readonly changes: Change[] = [];
  readonly ends: End[] = [];
  readonly #isAlwaysRestarted: (process: string) => boolean;
  readonly #states = new Map<string, State>();
  /** What those become whose group is not gone yet. */
  readonly #afterGroup = new Map<string, State>();

  constructor(isAlwaysRestarted: (process: string) => boolean) {
    this.#isAlwaysRestarted = isAlwaysRestarted;
  }

  add(record: JournalRecord): void {
    const { process } = record;
    if (process === undefined) return;
    switch (record.kind) {
      case "started":
        return this.#become(process, "STARTING");
      case "spawn_failed":
        return this.#become(process, "STARTING", "BACKOFF");
      case "running":
        return this.#become(process, "RUNNING");
      case "backoff":
        return this.#become(process, "BACKOFF");
      case "fatal":
        return this.#become(process, "BACKOFF", "FATAL");
      case "stopping":
        return this.#become(process, "STOPPING");
      case "stopped":
        return this.#become(process, "STOPPED");
      case "exited":
        this.ends.push({ process, how: describeExit(record.exit) });
        return this.#end(process, record);
      case "group_ended":
        return this.#become(process, ...this.#takeAfterGroup(process));
    }
  }

  #end(process: string, record: Extract<JournalRecord, { kind: "exited" }>): void {
    if (this.#states.get(process) === "STOPPING") return;
    const isFailedStart = record.ranMs === null &&
      (!record.expected || this.#isAlwaysRestarted(process));
    // Of a failed start the next record tells.
    const after: State[] = isFailedStart
      ? []
      : [record.expected ? "EXITED(expected)" : "EXITED(unexpected)"];
    if (!record.groupRemains) return this.#become(process, ...after);
    if (after[0] !== undefined) this.#afterGroup.set(process, after[0]);
    this.#become(process, "STOPPING");
  }

  #takeAfterGroup(process: string): State[] {
    const after = this.#afterGroup.get(process);
    this.#afterGroup.delete(process);
    return after === undefined ? [] : [after];
  }

  #become(process: string, ...states: State[]): void {
    for (const state of states) {
      if (this.#states.get(process) === state) continue;
      this.#states.set(process, state);
      this.changes.push({ process, state });
    }
  }
}
