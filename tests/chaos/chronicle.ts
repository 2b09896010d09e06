/** What was done and seen, with the time of each, so that a failure can be understood afterwards. */
import { closeSync, openSync, writeSync } from "node:fs";

export class Chronicle implements Disposable {
  readonly path: string;
  readonly #file: number;
  readonly #begun = performance.now();
  readonly #counts = new Map<string, number>();

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, "a");
  }

  /** Counted as `who` and `what` together; `detail` is for the reader of the file. */
  note(who: string, what: string, detail = "", times = 1): void {
    const key = `${who}: ${what}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + times);
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(3).padStart(9);
    writeSync(this.#file, `${seconds} ${new Date().toISOString()} ${key} ${detail}\n`);
  }

  countOf(who: string, what: string): number {
    return this.#counts.get(`${who}: ${what}`) ?? 0;
  }

  /** A line for each kind of thing that was done. */
  summary(): string[] {
    const lines = [...this.#counts].toSorted(([one], [other]) => one < other ? -1 : 1);
    return lines.map(([key, count]) => `${String(count).padStart(7)}  ${key}`);
  }

  /** The end of the file, for messages. */
  tail(lines: number): string {
    return Deno.readTextFileSync(this.path).split("\n").slice(-lines - 1).join("\n");
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
