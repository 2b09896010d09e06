/** Every process's use of the machine, from /proc (proc_pid_stat(5)). */
import { readFile } from "node:fs/promises";
import type { ProcessFigures, Usage } from "../../core/process_usage.ts";
import { usageOfTrees } from "../../core/process_usage.ts";
import type { UsageReader } from "../../ports/usage_reader.ts";
import { libc } from "../libc.ts";
import { TICKS_PER_SECOND } from "./proc_stat.ts";

/** Who asks again so soon, or at the same time, is told the same: one look at /proc is enough. */
const FRESH_MS = 500;
/** Files that are read at once: enough to be quick, and few enough to leave time for others. */
const AT_ONCE = 32;

export class ProcUsageReader implements UsageReader {
  readonly #now: () => number;
  #latest: { readonly at: number; readonly all: Promise<readonly ProcessFigures[]> } | null = null;

  /** `now`: monotonic, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  async read(leaders: readonly number[]): Promise<ReadonlyMap<number, Usage>> {
    const at = this.#now();
    if (this.#latest === null || at - this.#latest.at >= FRESH_MS) {
      this.#latest = { at, all: readAll() };
    }
    return usageOfTrees(await this.#latest.all, new Set(leaders));
  }
}

async function readAll(): Promise<ProcessFigures[]> {
  const pids: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) if (/^\d+$/.test(name)) pids.push(name);
  const all: ProcessFigures[] = [];
  const pageBytes = libc().getpagesize();
  while (pids.length > 0) {
    const some = await Promise.all(pids.splice(-AT_ONCE).map((pid) => readOne(pid, pageBytes)));
    all.push(...some.filter((figures) => figures !== null));
  }
  return all;
}

/** null when it has ended. */
async function readOne(pid: string, pageBytes: number): Promise<ProcessFigures | null> {
  try {
    return parseStat(await readFile(`/proc/${pid}/stat`, "utf8"), pageBytes);
  } catch {
    return null; // it has ended between the list and now
  }
}

/** A line of /proc/PID/stat. */
export function parseStat(line: string, pageBytes: number): ProcessFigures {
  // The command in parentheses may itself contain spaces and parentheses.
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ").map(Number);
  const field = (number: number) => fields[number - FIRST_FIELD] ?? 0;
  const ticks = field(14) + field(15) + field(16) + field(17);
  return {
    pid: parseInt(line),
    parent: field(4),
    group: field(5),
    session: field(6),
    cpuSeconds: ticks / TICKS_PER_SECOND,
    memoryBytes: field(24) * pageBytes,
  };
}

/** Fields are numbered as in the manual; this one comes after the command. */
const FIRST_FIELD = 3;
