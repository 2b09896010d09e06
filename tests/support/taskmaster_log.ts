/** Follows a test's directory: waits until what is looked for is there, and never longer than told. */
import type { HappeningKind, JournalRecord } from "../../src/core/record.ts";
import { readFileSync } from "node:fs";

/** For what no file tells, such as the end of a process. */
const LOOK_AGAIN_MS = 50;
export const DEFAULT_LIMIT_MS = 20_000;

/** The name of a process (null = any, or none) and what happened to it. */
export type Step = readonly [process: string | null, kind: HappeningKind];

export type RecordOf<K extends HappeningKind> = Extract<JournalRecord, { readonly kind: K }>;

/** Calls back whenever a file in one of the directories changes. */
export class Watch {
  readonly #watcher: Deno.FsWatcher;
  readonly #ended: Promise<void>;
  readonly #listeners = new Set<() => void>();

  /**
   * Not what is below the directories: Deno's watcher opens what it finds in new directories, and
   * never comes back from opening a FIFO of the state directory.
   */
  constructor(directories: string[]) {
    this.#watcher = Deno.watchFs(directories, { recursive: false });
    this.#ended = this.#run();
  }

  /** For changes that are not those of files. */
  notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Resolves with what `look` finds; undefined and false mean that it is not there yet. */
  async until<T>(
    look: () => T | undefined | false,
    limitMs: number,
    describe: () => string,
  ): Promise<T> {
    const deadline = Date.now() + limitMs;
    while (true) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      if (Date.now() >= deadline) {
        throw new Error(`waited ${limitMs} ms for ${look}\n${describe()}`);
      }
      await this.#change();
    }
  }

  async close(): Promise<void> {
    this.#watcher.close();
    await this.#ended;
  }

  async #run(): Promise<void> {
    for await (const { kind } of this.#watcher) {
      // Our own reading of the files would keep us busy for ever.
      if (kind !== "access") this.notify();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, LOOK_AGAIN_MS);
      this.#listeners.add(wake);
    });
  }
}

/** The records of a log in JSON from a place on, oldest first; none while there is no file. */
export function readLog(path: string, start: number): JournalRecord[] {
  const lines = readIfThere(path).slice(start).split("\n").slice(0, -1); // the last may be half written
  return lines.map((line) => JSON.parse(line) as JournalRecord);
}

/** "" while there is no such file. */
export function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** One record per step, in this order, others in between; undefined when they are not all there. */
export function findSteps(
  records: readonly JournalRecord[],
  steps: readonly Step[],
): JournalRecord[] | undefined {
  const found: JournalRecord[] = [];
  for (const record of records) {
    const step = steps[found.length];
    if (step === undefined) break;
    const [process, kind] = step;
    if (record.kind === kind && (process === null || record.process === process)) {
      found.push(record);
    }
  }
  return found.length === steps.length ? found : undefined;
}
