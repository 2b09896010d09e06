/**
 * The file that a log is written to: opens it, opens it anew when it was moved away or could not be
 * written, and rotates it. One write at a time.
 */
import { checkDescriptorsForLog } from "../descriptor_reserve.ts";
import { check, lastErrno, libc } from "../libc.ts";
import { shiftBackups } from "../files/shift_backups.ts";
import { SystemError } from "../system_error.ts";
import { copyPortion } from "./copy_portion.ts";
import type { LogMoment } from "./log_view.ts";
import {
  checkPlace,
  closeLog,
  isInPlace,
  isMissing,
  type OpenLog,
  openLog,
  sizeOfLog,
} from "./open_log.ts";
import { findLastLineEnd } from "./peek.ts";
import { planPortion } from "./plan_portion.ts";
import { type Move, moveNow, moveOnThread } from "./splice.ts";

/** How often it is looked whether the path still leads to the file, and a bad file tried again. */
const CHECK_EVERY_MS = 1000;
const EINTR = 4;
const EAGAIN = 11;
const EINVAL = 22;

/** How a log is rotated, as in `LogFileOptions`. */
export interface Rotation {
  /** 0 = never. */
  readonly maxBytes: number;
  /** 0 = start over in place. */
  readonly backups: number;
}

/** Hears what becomes of the file. */
export interface LogListener {
  appended(log: OpenLog, offset: number, bytes: number): void;
  /** What is in the file is gone, or will be at once. */
  emptied(log: OpenLog): void;
  warn(message: string): void;
}

export interface Portion {
  /** Descriptor of the pipe to take from. */
  readonly pipe: number;
  /** The most to take; no more than the pipe holds. */
  readonly bytes: number;
  readonly rotation: Rotation;
  /** Others write to the log as well, and are not to be in the middle of a line of this one. */
  readonly isShared: boolean;
}

/**
 * The other thread reads and writes the place in the file while it moves bytes; there are many logs,
 * but few of them are written to at a time.
 */
const spareOffsets: BigInt64Array<ArrayBuffer>[] = [];

export class WritableLog {
  readonly path: string;
  readonly #listener: LogListener;
  #log: OpenLog | undefined;
  #mustReopen = false;
  #checkAt = 0;
  #failure: { readonly reason: string; readonly retryAt: number } | null = null;
  /** Size the file must reach before rotation is tried again after it failed. */
  #rotateAt = 0;
  /** Up to where the file was written, by us or others. */
  #endBytes = 0;
  #offset = 0;

  constructor(path: string, listener: LogListener) {
    this.path = path;
    this.#listener = listener;
  }

  /** Why nothing can be written now; null while all is well. */
  get problem(): string | null {
    return this.#failure?.reason ?? null;
  }

  /**
   * Opens the file, or makes sure that it can be created: that is done with the first byte, for many
   * programs never write one. Throws what `openLog` throws. Not during a write.
   */
  open(): void {
    if (this.#log !== undefined && !isInPlace(this.#log, this.path)) this.close();
    if (this.#log !== undefined) return;
    if (isMissing(this.path)) checkPlace(this.path);
    else this.#openNow();
    this.#failure = null;
  }

  /** False before the first write: then it may be that nothing is there yet. */
  get isInUse(): boolean {
    return this.#log !== undefined || this.#failure !== null;
  }

  /** Opens the path anew before the next write. */
  reopen(): void {
    this.#mustReopen = true;
  }

  /** Not during a write. */
  close(): void {
    const log = this.#log;
    this.#log = undefined;
    if (log !== undefined) closeLog(log);
  }

  /** For reading, also during a write. */
  moment(isWriting: boolean): LogMoment {
    const endBytes = isWriting ? this.#endBytes : undefined;
    return { path: this.path, log: this.#log, endBytes, problem: this.problem };
  }

  /** What to write to; undefined while that is not possible, which is tried only now and then. */
  usable(): OpenLog | undefined {
    const now = performance.now();
    if (this.#mustReopen) this.close();
    else if (this.#failure !== null) {
      if (now < this.#failure.retryAt) return undefined;
      this.close();
    } else if (this.#log !== undefined && now >= this.#checkAt) {
      this.#checkAt = now + CHECK_EVERY_MS;
      if (!isInPlace(this.#log, this.path)) this.close();
    }
    try {
      if (this.#log !== undefined) return this.#log;
      checkDescriptorsForLog();
      return this.#openNow();
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  /** Throws away what the file has; only while nothing is being written. Throws when it cannot. */
  empty(): void {
    const log = this.usable();
    if (log === undefined) throw new Error(this.problem ?? "the log cannot be opened");
    if (log.filePath === null) return;
    this.#listener.emptied(log);
    const path = log.filePath;
    check(libc().ftruncate(log.fd, 0n), { call: "ftruncate", action: "empty", path });
    this.#endBytes = 0;
  }

  /** Nothing is written for a while. */
  fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#failure = { reason, retryAt: performance.now() + CHECK_EVERY_MS };
  }

  /**
   * Takes bytes out of a pipe and appends them to what `usable` gave; tells how many. 0 means that
   * the pipe has nothing after all. Throws an Error when they cannot be written.
   */
  async write({ pipe, bytes: most, rotation, isShared }: Portion): Promise<number> {
    const bytes = isShared ? wholeLines(pipe, most) : most;
    const portion = this.#log!.filePath === null ? bytes : this.#plan(pipe, bytes, rotation);
    const log = this.#log!;
    const movedBytes = log.isSpliced
      ? await this.#move({ pipe, file: log.fd, bytes: portion })
      : await copyPortion({ pipe, bytes: portion, log, path: this.path });
    if (movedBytes === 0) return 0;
    this.#failure = null;
    this.#listener.appended(log, this.#endBytes, movedBytes);
    this.#endBytes += movedBytes;
    return movedBytes;
  }

  #openNow(): OpenLog {
    this.#mustReopen = false;
    this.#checkAt = performance.now() + CHECK_EVERY_MS;
    this.#log = openLog(this.path);
    this.#endBytes = this.#log.filePath === null ? 0 : sizeOfLog(this.#log);
    return this.#log;
  }

  /** Rotates as often as needed; afterwards `#offset` is where the bytes have to go. */
  #plan(pipe: number, bytes: number, rotation: Rotation): number {
    for (;;) {
      const log = this.#log!;
      // Asked anew each time: others may have emptied the file, or written to it.
      const sizeBytes = sizeOfLog(log);
      if (sizeBytes < this.#endBytes) this.#listener.emptied(log);
      this.#endBytes = sizeBytes;
      this.#offset = sizeBytes;
      const maxBytes = rotation.maxBytes === 0
        ? Infinity
        : Math.max(rotation.maxBytes, this.#rotateAt);
      const portion = planPortion({ pipe, bytes, log, sizeBytes, maxBytes });
      if (portion > 0) return portion;
      // Too large a log is better than a lost line.
      if (!this.#rotate(log, sizeBytes, rotation)) return bytes;
    }
  }

  /** False when it failed; that is tried again when the file has grown as much once more. */
  #rotate(log: OpenLog, sizeBytes: number, { maxBytes, backups }: Rotation): boolean {
    try {
      if (isInPlace(log, this.path)) this.#startOver(log, backups);
    } catch (error) {
      this.#rotateAt = sizeBytes + maxBytes;
      this.#listener.warn(error instanceof Error ? error.message : String(error));
      return false;
    }
    this.#rotateAt = 0;
    this.close();
    this.#openNow();
    return true;
  }

  #startOver(log: OpenLog, backups: number): void {
    const path = log.filePath!;
    if (backups > 0) return shiftBackups(path, backups);
    this.#listener.emptied(log);
    check(libc().ftruncate(log.fd, 0n), { call: "ftruncate", action: "empty", path });
  }

  async #move(where: Omit<Move, "offset">): Promise<number> {
    const offset = spareOffsets.pop() ?? new BigInt64Array(1);
    offset[0] = BigInt(this.#offset);
    const movedBytes = await this.#moveTo({ ...where, offset });
    spareOffsets.push(offset);
    return movedBytes;
  }

  async #moveTo(move: Move): Promise<number> {
    const movedBytes = await moveOnThread(move);
    if (movedBytes >= 0) return movedBytes;
    // Once more for the reason, which a call on another thread does not tell. It takes no time,
    // for what failed at once does so again; a little is moved if it does not.
    const retried = moveNow({ ...move, bytes: Math.min(move.bytes, 4096) });
    if (retried >= 0) return retried;
    const errno = lastErrno();
    if (errno === EINTR || errno === EAGAIN) return 0;
    if (errno !== EINVAL) throw new SystemError({ ...this.#attempt(), errno });
    // A file system that cannot be spliced to.
    this.#log = { ...this.#log!, isSpliced: false };
    return copyPortion({ ...move, log: this.#log, path: this.path });
  }

  #attempt(): { call: string; action: string; path: string } {
    return { call: "write", action: "write to", path: this.path };
  }
}

/** What there is of a line that is not complete goes, too, when there is nothing else. */
function wholeLines(pipe: number, bytes: number): number {
  const { seen, end } = findLastLineEnd(pipe, bytes);
  return end > 0 ? end : seen;
}
