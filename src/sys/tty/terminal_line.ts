/** The connection to the terminal of one child: keys in, the size of its window, its end. */
import type { WindowSize } from "../../ports/attachment.ts";
import { EPOLLOUT, watch } from "../epoll.ts";
import { watchExit } from "../process/exit_of_pidfd.ts";
import { libc } from "../libc.ts";
import type { Fifo } from "../output/fifo.ts";
import { closePidfd } from "../process/pidfd.ts";
import { resizeTerminal, windowSizeOf } from "./pseudo_terminal.ts";
import { killHolder, type TerminalHolder } from "./terminal_holder.ts";

/** What a program may leave unread. */
const MOST_KEYS_BYTES = 1_048_576;
/** Somebody who has left the child's session may have the terminal open for ever. */
const END_LIMIT_MS = 1000;

interface Keys {
  bytes: Uint8Array<ArrayBuffer>;
  readonly onTaken: () => void;
}

export class TerminalLine {
  /** Nothing is left in the terminal: what was written to it is in the FIFO. */
  readonly ended: Promise<void>;
  readonly #holder: TerminalHolder;
  readonly #keys: Fifo;
  #waiting: Keys[] = [];
  #unwatchRoom: (() => void) | null = null;
  #unwatchEnd: () => void;
  #isClosed = false;

  /** Takes the holder over, and the FIFO that it reads keys from. */
  constructor(holder: TerminalHolder, keys: Fifo) {
    this.#holder = holder;
    this.#keys = keys;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#unwatchEnd = watchExit(holder.pidfd, () => {
      this.#close();
      // If somebody has killed only the first of its processes.
      killHolder(holder);
      this.#keys.unlink();
      resolve();
    });
  }

  /** null when the terminal is gone. */
  get size(): WindowSize | null {
    return this.#isClosed ? null : windowSizeOf(this.#holder.path);
  }

  /** The program is told when it is another size than before. */
  resize(size: WindowSize): void {
    if (!this.#isClosed) resizeTerminal(this.#holder.path, size);
  }

  /** Resolves when they are on their way; what goes beyond a mebibyte is dropped. */
  write(bytes: Uint8Array): Promise<void> {
    const waitingBytes = this.#waiting.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (this.#isClosed || waitingBytes + bytes.length > MOST_KEYS_BYTES) return Promise.resolve();
    return new Promise((onTaken) => {
      this.#waiting.push({ bytes: bytes.slice(), onTaken });
      if (this.#unwatchRoom === null) this.#flush();
    });
  }

  /** Hangs the terminal up, after what was written to it has been taken out. */
  async end(): Promise<void> {
    const timer = setTimeout(() => killHolder(this.#holder), END_LIMIT_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** Leaves the holder alone, for the next taskmaster. */
  leave(): void {
    this.#close();
  }

  #flush(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const count = Number(libc().write(this.#keys.fd, next.bytes, BigInt(next.bytes.length)));
      // The FIFO is open for reading as well, so that it can only be full.
      if (count === -1) return this.#waitForRoom();
      next.bytes = next.bytes.subarray(count);
      if (next.bytes.length > 0) continue;
      this.#waiting.shift();
      next.onTaken();
    }
  }

  #waitForRoom(): void {
    this.#unwatchRoom = watch(this.#keys.fd, EPOLLOUT, () => {
      this.#unwatchRoom?.();
      this.#unwatchRoom = null;
      this.#flush();
    });
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unwatchEnd();
    this.#unwatchRoom?.();
    this.#keys.close();
    closePidfd(this.#holder.pidfd);
    for (const { onTaken } of this.#waiting.splice(0)) onTaken();
  }
}
