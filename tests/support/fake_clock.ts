/** Time that passes only when a test says so. */
import { Heap } from "../../src/base/heap.ts";
import type { Clock } from "../../src/ports/clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  callback: (() => void) | null;
}

export class FakeClock implements Clock {
  readonly #timers = new Heap<Timer>((a, b) => a.at - b.at || a.order - b.order);
  #now = 0;
  #order = 0;

  now(): number {
    return this.#now;
  }

  date(atMs: number = this.#now): string {
    return new Date(Date.UTC(2026, 0, 1) + atMs).toISOString();
  }

  callAt(atMs: number, callback: () => void): () => void {
    const timer: Timer = { at: Math.max(atMs, this.#now), order: this.#order++, callback };
    this.#timers.push(timer);
    return () => timer.callback = null;
  }

  callSoon(callback: () => void): void {
    this.callAt(this.#now, callback);
  }

  /** Timers that are still to fire. */
  get pending(): number {
    const timers: Timer[] = [];
    for (let timer = this.#timers.pop(); timer; timer = this.#timers.pop()) timers.push(timer);
    timers.forEach((timer) => this.#timers.push(timer));
    return timers.filter(({ callback }) => callback !== null).length;
  }

  /** Passes without a turn of the event loop: nothing is fired. */
  hold(ms: number): void {
    this.#now += ms;
  }

  /** Fires what is due on the way, in order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let timer = this.#timers.peek(); timer && timer.at <= until; timer = this.#timers.peek()) {
      this.#timers.pop();
      this.#now = Math.max(this.#now, timer.at);
      timer.callback?.();
      await settle();
    }
    this.#now = until;
  }
}

/** Lets every promise that can settle without time passing do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
