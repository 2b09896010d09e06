/**
 * One queue, one consumer: what happens is handled in the order it arrived, never two things at
 * once. A long queue is worked off in slices, so that a thousand starts do not hold up a keystroke.
 */
import type { Clock } from "../ports/clock.ts";

const SLICE_MS = 8;
/** Items that are posted with less between them come from one loop, and share a slice. */
const GAP_MS = 0.5;

export class Mailbox<T> {
  readonly #queue: T[] = [];
  readonly #clock: Clock;
  readonly #handle: (item: T) => void;
  #head = 0;
  #isBusy = false;
  #sliceEnd = -Infinity;
  #idleSince = -Infinity;

  /** `handle` must not throw. */
  constructor(clock: Clock, handle: (item: T) => void) {
    this.#clock = clock;
    this.#handle = handle;
  }

  /**
   * Handles the item at once when nothing else is being handled and the slice is not used up, else
   * after what came before.
   */
  post(item: T): void {
    this.#queue.push(item);
    if (this.#isBusy) return;
    if (this.#clock.now() - this.#idleSince > GAP_MS) this.#beginSlice();
    this.#work();
  }

  #beginSlice(): void {
    this.#sliceEnd = this.#clock.now() + SLICE_MS;
  }

  #work(): void {
    this.#isBusy = true;
    while (this.#head < this.#queue.length) {
      if (this.#clock.now() > this.#sliceEnd) {
        this.#clock.callSoon(() => {
          this.#beginSlice();
          this.#work();
        });
        return;
      }
      this.#handle(this.#queue[this.#head++]!);
    }
    this.#queue.length = 0;
    this.#head = 0;
    this.#isBusy = false;
    this.#idleSince = this.#clock.now();
  }
}
