/**
 * What is written to a log from some moment on, for any number of watchers. It is not kept in
 * memory but read from the log again, at the pace of each watcher; so all that a slow one costs is
 * a descriptor of the file that it is still reading when that has been rotated away.
 */
import { libc } from "../libc.ts";
import { readAt } from "./last_lines.ts";
import { type OpenLog, openToRead } from "./open_log.ts";

/** Files that a watcher may lag behind. */
const MOST_PARTS = 3;
const READ_BYTES = 65_536;

/** A stretch of one file. Positions are counted over all parts, from the start of the feed. */
interface Part {
  readonly identity: string;
  readonly fd: number;
  readonly start: number;
  readonly offset: number;
  length: number;
  /** Reads under way; it is closed after them. */
  readers: number;
  isDropped: boolean;
}

/** Somebody who reads the feed. */
export interface FeedReader {
  /** All before it was read. */
  readonly position: number;
  /** There is more to read. */
  wake(): void;
}

export interface FeedBytes {
  readonly start: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class LogFeed {
  #parts: Part[] = [];
  #end = 0;
  readonly #readers = new Set<FeedReader>();

  /** Position of what is written next. */
  get end(): number {
    return this.#end;
  }

  get isUnused(): boolean {
    return this.#readers.size === 0;
  }

  add(reader: FeedReader): void {
    this.#readers.add(reader);
  }

  remove(reader: FeedReader): void {
    this.#readers.delete(reader);
    if (this.isUnused) this.#drop(this.#parts.length);
    else this.#prune();
  }

  /** `bytes` were written to the file at `offset`. */
  appended(log: OpenLog, offset: number, bytes: number): void {
    const last = this.#parts.at(-1);
    const isNext = last?.identity === log.identity && last.offset + last.length === offset;
    if (isNext) last.length += bytes;
    else this.#begin(log, offset, bytes);
    this.#end += bytes;
    for (const reader of this.#readers) reader.wake();
  }

  /** The file was emptied, or will be: what was not read of it is gone. */
  emptied(log: OpenLog): void {
    const last = this.#parts.findLastIndex(({ identity }) => identity === log.identity);
    this.#drop(last + 1);
  }

  /**
   * Bytes from `position` on, and the position they begin at, which is a later one when what was
   * there is gone. `bytes` is empty at the end of the feed, and where something is gone.
   */
  async read(position: number): Promise<FeedBytes> {
    this.#prune();
    const part = this.#parts.find(({ start, length }) => start + length > position);
    if (part === undefined) return { start: this.#end, bytes: new Uint8Array() };
    const start = Math.max(position, part.start);
    const inPart = start - part.start;
    const size = Math.min(READ_BYTES, part.length - inPart);
    part.readers++;
    const bytes = await readAt(part.fd, part.offset + inPart, size);
    part.readers--;
    if (part.isDropped) closePart(part);
    // It was emptied, by us meanwhile or by somebody else: it may have other bytes there already.
    if (part.isDropped || bytes.length === 0) {
      return { start: part.start + part.length, bytes: new Uint8Array() };
    }
    return { start, bytes };
  }

  /** Closes what every reader has behind it, but for the last part, which goes on. */
  #prune(): void {
    const oldest = Math.min(...Array.from(this.#readers, ({ position }) => position));
    const isNeeded = ({ start, length }: Part) => start + length > oldest;
    const needed = this.#parts.findIndex(isNeeded);
    this.#drop(needed === -1 ? this.#parts.length - 1 : needed);
  }

  #begin(log: OpenLog, offset: number, bytes: number): void {
    const fd = openToRead(log);
    // Without it, it is like a part that is gone.
    if (fd === undefined) return;
    const place = { identity: log.identity, fd, start: this.#end, offset, length: bytes };
    this.#parts.push({ ...place, readers: 0, isDropped: false });
    this.#drop(this.#parts.length - MOST_PARTS);
  }

  /** The oldest ones. */
  #drop(count: number): void {
    for (const part of this.#parts.splice(0, Math.max(0, count))) {
      part.isDropped = true;
      closePart(part);
    }
  }
}

function closePart(part: Part): void {
  if (part.readers === 0) libc().close(part.fd);
}
