/**
 * The deadlines of all processes behind one timer, armed for the earliest. A deadline that was
 * replaced stays in the heap until its time comes and is then recognised as old, so that a change
 * costs the logarithm of the number of processes.
 */
import { Heap } from "../base/heap.ts";
import type { Clock } from "../ports/clock.ts";

interface Entry<K> {
  readonly key: K;
  readonly at: number;
}

export class Deadlines<K> {
  readonly #clock: Clock;
  readonly #onDue: (key: K) => void;
  readonly #current = new Map<K, number>();
  readonly #heap = new Heap<Entry<K>>((a, b) => a.at - b.at);
  #armedFor = Infinity;
  #disarm: () => void = () => {};

  constructor(clock: Clock, onDue: (key: K) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Replaces the key's deadline; null takes it away. */
  set(key: K, at: number | null): void {
    if (at === null) {
      if (this.#current.delete(key)) this.#arm();
      return;
    }
    if (this.#current.get(key) === at) return;
    this.#current.set(key, at);
    this.#heap.push({ key, at });
    this.#arm();
  }

  #arm(): void {
    this.#dropOld();
    const earliest = this.#heap.peek()?.at ?? Infinity;
    if (earliest === this.#armedFor) return;
    this.#disarm();
    this.#armedFor = earliest;
    this.#disarm = earliest === Infinity
      ? () => {}
      : this.#clock.callAt(earliest, () => this.#fire());
  }

  #fire(): void {
    this.#armedFor = Infinity;
    const now = this.#clock.now();
    for (let top = this.#heap.peek(); top !== undefined && top.at <= now; top = this.#heap.peek()) {
      this.#heap.pop();
      if (this.#current.get(top.key) !== top.at) continue;
      this.#current.delete(top.key);
      this.#onDue(top.key);
    }
    this.#arm();
  }

  #dropOld(): void {
    for (let top = this.#heap.peek(); top !== undefined; top = this.#heap.peek()) {
      if (this.#current.get(top.key) === top.at) return;
      this.#heap.pop();
    }
  }
}
