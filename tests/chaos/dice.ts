/** Chance with a seed: every troublemaker has dice of its own, so that none changes another's luck. */
import { randomFrom } from "../support/random.ts";

export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomFrom(seed);
  }

  /** Dice for somebody else: the same for the same seed and name. */
  static for(seed: number, name: string): Random {
    let hash = seed >>> 0;
    for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    return new Random(hash);
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** A whole number, 0 or more. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  between(low: number, high: number): number {
    return low + this.#next() * (high - low);
  }

  /** Throws when there is nothing to choose from. */
  oneOf<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError("nothing to choose from");
    return choices[this.below(choices.length)]!;
  }
}
