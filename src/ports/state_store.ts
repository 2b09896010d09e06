/** What outlives the supervisor: the state table on disk. */
import type { Program } from "../core/program.ts";
import type { StoredProcess } from "../core/stored.ts";

/** The table as an earlier run left it. */
export interface StoredTable {
  /** Everything was stopped in order, so the states say nothing; only the wishes count. */
  readonly isClean: boolean;
  readonly programs: ReadonlyMap<string, Program>;
  readonly processes: readonly StoredProcess[];
}

export interface StateStore {
  /** When it returns the line is in the file: it survives any end of this process. Never throws. */
  saveProcess(process: StoredProcess): void;
  forgetProcess(program: string, num: number): void;
  /** The settings that the processes were started with. */
  savePrograms(programs: Iterable<Program>): void;
  /** Everything has been stopped in order. */
  markClean(): void;
}
