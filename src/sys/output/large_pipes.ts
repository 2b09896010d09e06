/**
 * Which streams have a large pipe. A larger one means fewer and larger portions, which is what
 * makes a fast stream cheap; but the memory for pipes is limited for each user (pipe(7)), and who
 * exhausts it gets tiny ones. So only some have one, and only as long as they are busy.
 */
import type { CapturePipe } from "./capture_pipe.ts";

const MOST_PIPES = 16;
/** A stream that has not half filled its pipe for so long gives the memory back. */
const QUIET_MS = 10_000;

interface BusyStream {
  readonly pipe: CapturePipe;
  /** Its pipe is empty, and nobody takes from it. */
  readonly isIdle: boolean;
}

export class LargePipes {
  /** With the time until which they count as busy. */
  readonly #busy = new Map<BusyStream, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Tells how much was found in the pipe of a stream. */
  note(stream: BusyStream, available: number): void {
    if (available < stream.pipe.fifo.capacityBytes / 2) return;
    if (!this.#busy.has(stream)) {
      if (this.#busy.size >= MOST_PIPES) return;
      stream.pipe.enlarge();
    }
    this.add(stream);
  }

  /** Counts a stream as busy, which it was in an earlier run. */
  add(stream: BusyStream): void {
    this.#busy.set(stream, performance.now() + QUIET_MS);
    this.#timer ??= setTimeout(() => this.#sweep(), QUIET_MS);
  }

  forget(stream: BusyStream): void {
    this.#busy.delete(stream);
    if (this.#busy.size === 0) this.#stopTimer();
  }

  #sweep(): void {
    const now = performance.now();
    for (const [stream, busyUntil] of this.#busy) {
      if (busyUntil > now || !stream.isIdle) continue;
      stream.pipe.shrink();
      this.#busy.delete(stream);
    }
    this.#stopTimer();
    if (this.#busy.size > 0) this.#timer = setTimeout(() => this.#sweep(), QUIET_MS);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
