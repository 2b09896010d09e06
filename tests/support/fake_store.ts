/** The state table in memory: what a killed supervisor would have left on disk. */
import { processId } from "../../src/core/name.ts";
import type { Program } from "../../src/core/program.ts";
import type { StoredProcess } from "../../src/core/stored.ts";
import type { StateStore, StoredTable } from "../../src/ports/state_store.ts";

export class FakeStore implements StateStore {
  readonly #processes = new Map<string, string>();
  #programs = "[]";
  #isClean = false;

  /** As text, so that nothing is shared between two supervisors. */
  load(): StoredTable {
    const programs = JSON.parse(this.#programs) as Program[];
    return {
      isClean: this.#isClean,
      programs: new Map(programs.map((program) => [program.name, program])),
      processes: [...this.#processes.values()].map((text) => JSON.parse(text) as StoredProcess),
    };
  }

  /** Somebody has thrown the file away. */
  empty(): void {
    this.#processes.clear();
    this.#programs = "[]";
  }

  saveProcess(process: StoredProcess): void {
    this.#processes.set(processId(process.program, process.num), JSON.stringify(process));
  }

  forgetProcess(program: string, num: number): void {
    this.#processes.delete(processId(program, num));
  }

  savePrograms(programs: Iterable<Program>): void {
    this.#programs = JSON.stringify([...programs]);
    this.#isClean = false;
  }

  markClean(): void {
    this.#isClean = true;
  }
}
