/** The lines that were entered, newest first, shared by all shells through a file. */
import type { HistoryFile } from "../ports/history_file.ts";

export const HISTORY_LINES = 1000;

/** Longer lines were hardly typed by a person; they would only make the file grow. */
const LONGEST_LINE = 10_000;
const SAVE_LIMIT_MS = 1000;

/** Whether a line is worth keeping: a leading space asks for it not to be. */
export function isKept(line: string): boolean {
  return line.trim() !== "" && !/^\s/.test(line) && line.length <= LONGEST_LINE &&
    // Control characters in a file of somebody else's making would reach the terminal.
    !/\p{Cc}/u.test(line);
}

/** `entries` (newest first) with `line` in front; the same array when it is not worth keeping. */
export function remember(entries: readonly string[], line: string): readonly string[] {
  if (!isKept(line) || entries[0] === line) return entries;
  return [line, ...entries.slice(0, HISTORY_LINES - 1)];
}

/** The lines of a file, oldest first, as entries. */
export function entriesOf(lines: readonly string[]): readonly string[] {
  const entries: string[] = [];
  for (const line of lines) {
    if (isKept(line) && entries.at(-1) !== line) entries.push(line);
  }
  return entries.slice(-HISTORY_LINES).reverse();
}

export class HistoryStore {
  readonly #file: HistoryFile | null;
  readonly #onWarning: (message: string) => void;
  #entries: readonly string[] = [];
  #hasWarned = false;
  /** Appends go one after the other. */
  #pending: Promise<void> = Promise.resolve();

  /** No file: history for this session only. `onWarning` is called once at most. */
  constructor(file: HistoryFile | null, onWarning: (message: string) => void) {
    this.#file = file;
    this.#onWarning = onWarning;
  }

  /** Newest first. */
  get entries(): readonly string[] {
    return this.#entries;
  }

  /** Never fails: without its file the history just starts empty. */
  async load(): Promise<void> {
    try {
      const lines = await this.#file?.read() ?? [];
      // What was entered while the file was being read stays the newest.
      this.#entries = entriesOf([...lines, ...this.#entries.toReversed()]);
    } catch (error) {
      this.#warn("read", error);
    }
  }

  add(line: string): void {
    const entries = remember(this.#entries, line);
    if (entries === this.#entries) return;
    this.#entries = entries;
    this.#pending = this.#pending
      .then(() => this.#file?.append(line))
      .catch((error) => this.#warn("write", error));
  }

  /**
   * Resolves when all lines are in the file, or soon: another shell that is stopped may hold the
   * lock of the file for as long as it likes.
   */
  async saved(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SAVE_LIMIT_MS);
    });
    await Promise.race([this.#pending, late]);
    clearTimeout(timer);
  }

  #warn(action: "read" | "write", error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#onWarning(`cannot ${action} the history of the shell: ${reason}`);
  }
}
