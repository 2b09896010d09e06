/** Those who make trouble, each at its own pace, and all of them at rest when a look is taken. */
import { pauseFor } from "../../src/base/pause.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Random } from "./dice.ts";

export interface Trouble {
  readonly name: string;
  /** Between two acts, on average. */
  readonly everyMs: number;
  readonly dice: Random;
  act(): Promise<void>;
}

export class Troubles {
  readonly #chronicle: Chronicle;

  constructor(chronicle: Chronicle) {
    this.#chronicle = chronicle;
  }

  /** Resolves when whatever was under way is done. Rejects with what a troublemaker threw. */
  async make(troubles: readonly Trouble[], ms: number): Promise<void> {
    const stop = new AbortController();
    const running = troubles.map((trouble) => this.#run(trouble, stop.signal));
    const all = Promise.all(running);
    try {
      await Promise.race([all, pauseFor(ms, stop.signal)]);
    } finally {
      stop.abort();
    }
    await all;
  }

  async #run({ name, everyMs, dice, act }: Trouble, signal: AbortSignal): Promise<void> {
    while (true) {
      await pauseFor(dice.between(0, 2 * everyMs), signal);
      if (signal.aborted) return;
      try {
        await act();
      } catch (error) {
        this.#chronicle.note(name, "broke down", String(error));
        throw error;
      }
    }
  }
}
