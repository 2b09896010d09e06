/** What a reader of events has not taken yet: bounded, and what did not fit is counted. */

export class Outbox<T> {
  readonly #capacity: number;
  readonly #send: (item: T) => Promise<void>;
  readonly #sendGap: (missed: number) => Promise<void>;
  #waiting: T[] = [];
  #missed = 0;
  #isSending = false;

  constructor(options: {
    readonly capacity: number;
    /** Resolves when there is room for more. Must not reject. */
    readonly send: (item: T) => Promise<void>;
    readonly sendGap: (missed: number) => Promise<void>;
  }) {
    this.#capacity = options.capacity;
    this.#send = options.send;
    this.#sendGap = options.sendGap;
  }

  /** Never waits. What comes after a gap is told after the gap. */
  offer(item: T): void {
    if (this.#waiting.length >= this.#capacity) {
      this.#missed++;
      return;
    }
    this.#waiting.push(item);
    if (!this.#isSending) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isSending = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      const missed = this.#missed;
      this.#waiting = [];
      this.#missed = 0;
      for (const item of batch) await this.#send(item);
      if (missed > 0) await this.#sendGap(missed);
    }
    this.#isSending = false;
  }
}
