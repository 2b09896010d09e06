/** The processes the supervisor knows, each with what belongs to it outside the pure machine. */
import {
  compareByName,
  type ProcessId,
  processId,
  processName,
  selectorMatcher,
} from "../core/name.ts";
import { nearest } from "../base/edit_distance.ts";
import type { Program } from "../core/program.ts";
import type { Actor } from "../core/record.ts";
import { newProcess, type Process } from "../core/state.ts";
import type { ChildHandle, SpawnRequest } from "../ports/spawner.ts";

/** Held by one operation; each has its own, by which it is told from others. */
export interface Claim {
  readonly by: Actor;
}

export interface Entry {
  readonly id: ProcessId;
  /** The settings that hold now; a reload replaces them. */
  program: Program;
  process: Process;
  child: ChildHandle | null;
  /** When the present child was started, as a date. */
  startedAt: string | null;
  /** It is no longer configured: forget it once nothing of it is left. */
  isLeaving: boolean;
  /** Its child was started with settings that a reload has replaced, and is to be replaced. */
  isOutdated: boolean;
  /** A start or restart was asked for that its wish does not tell of, and its turn has not come. */
  awaitsNewChild: boolean;
  /** Its wish is not the one that `autostart` gave it, or was carried over from an earlier run. */
  isAsked: boolean;
  /** The latest operation that took this process on; an older one leaves it alone from then on. */
  claim: Claim | null;
}

export interface Selection {
  readonly entries: readonly Entry[];
  readonly unknown: readonly { readonly selector: string; readonly suggestion: string | null }[];
}

export class ProcessTable {
  readonly #entries = new Map<ProcessId, Entry>();

  get(id: ProcessId): Entry | undefined {
    return this.#entries.get(id);
  }

  /** In the order of names; those that are leaving included. */
  all(): Entry[] {
    return [...this.#entries.values()].sort((a, b) => compareByName(a.process, b.process));
  }

  add(program: Program, num: number): Entry {
    const id = processId(program.name, num);
    const process = newProcess(program.name, num);
    const entry: Entry = {
      id,
      program,
      process,
      child: null,
      startedAt: null,
      isLeaving: false,
      isOutdated: false,
      awaitsNewChild: false,
      isAsked: false,
      claim: null,
    };
    this.#entries.set(id, entry);
    return entry;
  }

  remove(id: ProcessId): void {
    this.#entries.delete(id);
  }

  /** What the selectors name, each process once; no selector at all takes everything. */
  select(selectors: readonly string[]): Selection {
    const all = this.all();
    if (selectors.length === 0) return { entries: all, unknown: [] };
    const chosen = new Set<Entry>();
    const unknown: { selector: string; suggestion: string | null }[] = [];
    for (const selector of selectors) {
      const matches = selectorMatcher(selector);
      const found = all.filter((entry) => matches(entry.process));
      for (const entry of found) chosen.add(entry);
      if (found.length === 0 && selector !== "all") {
        unknown.push({ selector, suggestion: suggest(selector, all) });
      }
    }
    return { entries: all.filter((entry) => chosen.has(entry)), unknown };
  }
}

/** The name by which users know the process of an entry. */
export function nameOf(entry: Entry): string {
  return processName(entry.process.program, entry.process.num, entry.program.numprocs);
}

export function requestFor(entry: Entry): SpawnRequest {
  const { program, process } = entry;
  const { num, generation } = process;
  return { program, num, processName: nameOf(entry), generation };
}

function suggest(selector: string, entries: readonly Entry[]): string | null {
  const names = new Set<string>();
  for (const entry of entries) {
    names.add(entry.process.program);
    names.add(nameOf(entry));
  }
  return nearest(selector, names) ?? null;
}
