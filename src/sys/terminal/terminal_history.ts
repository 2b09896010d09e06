/** The history of the shell as a file that several shells add to at the same time. */
import { dirname } from "node:path";
import type { HistoryFile } from "../../ports/history_file.ts";

/** More than this many lines, and the file is cut back to as many. */
const KEPT_LINES = 1000;
const MOST_LINES = 2 * KEPT_LINES;
/** A file of somebody else's making must not fill the memory. */
const READ_BYTES = 1024 * 1024;
const MODE = 0o600;
const MOST_ATTEMPTS = 10;

/**
 * Lines are appended under flock(2), so that no shell loses another's. The file is shortened by
 * renaming a new one over it; the lock of the old file keeps the others out meanwhile.
 */
export class SystemHistoryFile implements HistoryFile {
  readonly #path: string;
  readonly #keptLines: number;

  /** `keptLines` is for tests. */
  constructor(path: string, keptLines: number = KEPT_LINES) {
    this.#path = path;
    this.#keptLines = keptLines;
  }

  async read(): Promise<readonly string[]> {
    const file = await this.#open("existing");
    if (file === null) return [];
    try {
      return await readLines(file);
    } finally {
      file.close();
    }
  }

  async append(line: string): Promise<void> {
    const file = await this.#openLocked();
    try {
      await file.seek(0, Deno.SeekMode.End);
      await writeAll(file, `${line}\n`);
      const lines = await readLines(file);
      const isLong = lines.length > this.#keptLines * (MOST_LINES / KEPT_LINES);
      const isLarge = (await file.stat()).size > READ_BYTES;
      if (isLong || isLarge) await this.#replaceBy(lines.slice(-this.#keptLines));
    } finally {
      file.close();
    }
  }

  /** The file may be replaced while we wait for its lock; then the lock is of no use. */
  async #openLocked(): Promise<Deno.FsFile> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const file = await this.#open("any");
      if (file === null) continue;
      const isExclusive = true;
      await file.lock(isExclusive);
      if (await this.#isSame(file)) return file;
      file.close();
    }
    throw new Error(`"${this.#path}" is being replaced all the time`);
  }

  /** null: it does not exist, or (for "any") came into being at this moment. */
  async #open(which: "existing" | "any"): Promise<Deno.FsFile | null> {
    const found = await lstat(this.#path);
    if (found === null) {
      if (which === "existing") return null;
      return await this.#create();
    }
    if (!found.isFile) throw new Error(`"${this.#path}" is not a regular file`);
    const file = await Deno.open(this.#path, { read: true, write: which === "any" });
    // A link may have been put there since we looked.
    if (await this.#isSame(file)) return file;
    file.close();
    throw new Error(`"${this.#path}" was replaced while it was opened`);
  }

  async #create(): Promise<Deno.FsFile | null> {
    await Deno.mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    try {
      return await Deno.open(this.#path, { read: true, write: true, createNew: true, mode: MODE });
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return null;
      throw error;
    }
  }

  async #isSame(file: Deno.FsFile): Promise<boolean> {
    const [opened, named] = await Promise.all([file.stat(), lstat(this.#path)]);
    return named !== null && named.isFile && named.ino === opened.ino && named.dev === opened.dev;
  }

  async #replaceBy(lines: readonly string[]): Promise<void> {
    const temporary = `${this.#path}.${crypto.randomUUID()}`;
    const file = await Deno.open(temporary, { write: true, createNew: true, mode: MODE });
    try {
      await writeAll(file, lines.map((line) => `${line}\n`).join(""));
      await file.syncData();
      await Deno.rename(temporary, this.#path);
    } catch (error) {
      await Deno.remove(temporary);
      throw error;
    } finally {
      file.close();
    }
  }
}

async function lstat(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The last ones, as far as they fit into what may be read. */
async function readLines(file: Deno.FsFile): Promise<string[]> {
  const { size } = await file.stat();
  const start = Math.max(0, size - READ_BYTES);
  await file.seek(start, Deno.SeekMode.Start);
  const bytes = new Uint8Array(size - start);
  let length = 0;
  while (length < bytes.length) {
    const read = await file.read(bytes.subarray(length));
    if (read === null) break;
    length += read;
  }
  const lines = new TextDecoder().decode(bytes.subarray(0, length)).split("\n");
  if (start > 0) lines.shift();
  // After the last line end comes nothing, or a line that is still being written.
  lines.pop();
  return lines;
}

async function writeAll(file: Deno.FsFile, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  let offset = 0;
  while (offset < bytes.length) offset += await file.write(bytes.subarray(offset));
}
