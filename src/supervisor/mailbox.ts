/**
 * One queue, one consumer: what happens is handled in the order it arrived, never two things at
 * once. A long queue is worked off in slices, so that a thousand starts do not hold up a keystroke.
 */
import type { Clock } from "../ports/clock.ts";

const SLICE_MS = 8;

export class Mailbox<T> {
  readonly #queue: T[] = [];
  readonly #clock: Clock;
  readonly #handle: (item: T) => void;
  #head = 0;
  #isBusy = false;

  /** `handle` must not throw. */
  constructor(clock: Clock, handle: (item: T) => void) {
    this.#clock = clock;
    this.#handle = handle;
  }

  /** Handles the item at once when nothing else is being handled, else after what came before. */
  post(item: T): void {
    this.#queue.push(item);
    if (!this.#isBusy) this.#work();
  }

  #work(): void {
    this.#isBusy = true;
    const until = this.#clock.now() + SLICE_MS;
    while (this.#head < this.#queue.length) {
      if (this.#clock.now() > until) {
        this.#clock.callSoon(() => this.#work());
        return;
      }
      this.#handle(this.#queue[this.#head++]!);
    }
    this.#queue.length = 0;
    this.#head = 0;
    this.#isBusy = false;
  }
}
