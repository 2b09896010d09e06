/**
 * A log on disk: lines appended one by one, rotated by size at line ends. Whatever happens to the
 * disk, the caller is not troubled: lines that cannot be written are counted, and when writing works
 * again the log itself says how many are missing.
 */
import { statusOfPath } from "./file_status.ts";
import { check, lastErrno, libc } from "../libc.ts";
import { type AppendTarget, openForAppend } from "./open_for_append.ts";
import { shiftBackups } from "./shift_backups.ts";
import { SystemError } from "../system_error.ts";

const EINTR = 4;
const LINE_END = 10;

export interface LogFileOptions {
  readonly path: string;
  /** Size at which it is rotated; 0 = never. Only a single line may be larger. */
  readonly maxBytes: number;
  /** How many old files are kept, as `PATH.1` (the newest) and so on; 0 = start over in place. */
  readonly backups: number;
  /** Permissions of files it creates, less the umask; 0640 if left out. */
  readonly mode?: number;
  /** Makes a line of the log, without its end, of something it has to say itself. */
  readonly formatNote?: (message: string) => string;
}

export class LogFile {
  readonly #options: Required<LogFileOptions>;
  #target: AppendTarget | undefined;
  /** What of the present call is not on the file yet. */
  #pending = new Uint8Array();
  #isAtLineStart = true;
  /** Size that the file must reach before rotation is tried again after it failed. */
  #retryAt = 0;
  #lostSinceNote = 0;
  #lostLines = 0;
  #problem: string | null = null;

  constructor(options: LogFileOptions) {
    this.#options = { mode: 0o640, formatNote: (message) => message, ...options };
    this.#guard(() => this.#open());
  }

  /** Why the last attempt to open or write failed; null while all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Lines lost since it was opened. */
  get lostLines(): number {
    return this.#lostLines;
  }

  /**
   * Appends a line, or bytes that should end with a line end. When it returns they are on the file
   * (as far as write(2) promises), or counted as lost. Never throws for anything the system does.
   */
  write(data: string | Uint8Array): void {
    const bytes = typeof data === "string" ? new TextEncoder().encode(`${data}\n`) : data;
    this.#pending = new Uint8Array(bytes);
    this.#guard(() => {
      const sizeBytes = this.#openAgainIfMoved();
      this.#noteLoss();
      this.#append(sizeBytes);
    });
  }

  /** Opens the path again, for whoever has moved the file away (SIGUSR2). */
  reopen(): void {
    this.#guard(() => {
      this.#close();
      this.#open();
    });
  }

  close(): void {
    if (this.#lostSinceNote > 0) this.write(new Uint8Array());
    this.#close();
  }

  #guard(act: () => void): void {
    try {
      act();
      this.#problem = null;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      const lost = countLines(this.#pending);
      this.#lostLines += lost;
      this.#lostSinceNote += lost;
      this.#close();
    }
    this.#pending = new Uint8Array();
  }

  #open(): AppendTarget {
    const { path, mode } = this.#options;
    return this.#target = openForAppend(path, mode);
  }

  #close(): void {
    const target = this.#target;
    this.#target = undefined;
    if (target?.isOpened) libc().close(target.fd);
  }

  /**
   * Makes sure that what is open is what the path leads to, and gives its size. Done for each write
   * rather than now and then: it takes some microseconds, and a line that goes into a deleted file
   * is lost without anybody knowing. It also sees others truncate the file or write to it.
   */
  #openAgainIfMoved(): number {
    const target = this.#target ?? this.#open();
    if (!target.isOpened) return 0;
    const now = this.#statusNow();
    if (now !== undefined && now.identity === target.identity) return now.sizeBytes;
    this.#close();
    this.#open();
    const { sizeBytes } = statusOfPath(this.#options.path);
    if (sizeBytes === 0) this.#isAtLineStart = true;
    return sizeBytes;
  }

  #statusNow(): ReturnType<typeof statusOfPath> | undefined {
    try {
      return statusOfPath(this.#options.path);
    } catch {
      return undefined; // Opening it anew either helps or gives the reason.
    }
  }

  #noteLoss(): void {
    if (this.#lostSinceNote === 0) return;
    const lines = this.#lostSinceNote === 1 ? "1 line" : `${this.#lostSinceNote} lines`;
    this.#note(`${lines} lost: ${this.#problem ?? "unknown reason"}`);
    this.#lostSinceNote = 0;
  }

  /** Begins a line of its own even if the one before was cut off by a full disk. */
  #note(message: string): void {
    const start = this.#isAtLineStart ? "" : "\n";
    this.#writeAll(new TextEncoder().encode(`${start}${this.#options.formatNote(message)}\n`));
  }

  /** Writes what is pending, and rotates in between where a line ends. */
  #append(sizeBytes: number): void {
    let size = sizeBytes;
    while (this.#pending.length > 0) {
      const mayRotate = size > 0 && this.#isAtLineStart;
      const portion = portionLength(this.#pending, this.#sizeLimit() - size, !mayRotate);
      if (portion === 0) {
        size = this.#rotate(size);
        continue;
      }
      this.#writeAll(this.#pending.subarray(0, portion), (written) => {
        this.#pending = this.#pending.subarray(written);
      });
      size += portion;
    }
  }

  #sizeLimit(): number {
    const { maxBytes } = this.#options;
    if (maxBytes === 0 || !this.#target?.filePath) return Infinity;
    return Math.max(maxBytes, this.#retryAt);
  }

  /** Gives the size of the file that is open afterwards. */
  #rotate(sizeBytes: number): number {
    const { maxBytes, backups } = this.#options;
    const { fd, filePath } = this.#target!;
    try {
      if (backups > 0) shiftBackups(filePath!, backups);
      else check(libc().ftruncate(fd, 0n), { call: "ftruncate", action: "empty", path: filePath! });
    } catch (error) {
      // Too large a log is better than a lost line.
      this.#retryAt = sizeBytes + maxBytes;
      this.#note(error instanceof Error ? error.message : String(error));
      return sizeBytes;
    }
    this.#retryAt = 0;
    if (backups > 0) {
      this.#close();
      this.#open();
    }
    return 0;
  }

  #writeAll(bytes: Uint8Array<ArrayBuffer>, onWritten?: (count: number) => void): void {
    const { path } = this.#options;
    let rest = bytes;
    while (rest.length > 0) {
      const count = Number(libc().write(this.#target!.fd, rest, BigInt(rest.length)));
      if (count <= 0) {
        const errno = lastErrno();
        if (errno === EINTR) continue;
        throw new SystemError({ call: "write", action: "write to", errno, path });
      }
      this.#isAtLineStart = rest[count - 1] === LINE_END;
      onWritten?.(count);
      rest = rest.subarray(count);
    }
  }
}

/** Never throws; `problem` of the result tells whether it can be written. The caller closes it. */
export function openLogFile(options: LogFileOptions): LogFile {
  return new LogFile(options);
}

/**
 * How much of `bytes` goes into a file that has `room` left: as many whole lines as fit. That
 * may be nothing, unless it `mustWrite`: then it is at least the first line.
 */
function portionLength(bytes: Uint8Array, room: number, mustWrite: boolean): number {
  if (bytes.length <= room) return bytes.length;
  const fitting = room > 0 ? bytes.lastIndexOf(LINE_END, room - 1) + 1 : 0;
  if (fitting > 0 || !mustWrite) return fitting;
  return bytes.indexOf(LINE_END) + 1 || bytes.length;
}

function countLines(bytes: Uint8Array): number {
  const ends = bytes.reduce((count, byte) => byte === LINE_END ? count + 1 : count, 0);
  return bytes.length === 0 || bytes.at(-1) === LINE_END ? ends : ends + 1;
}
