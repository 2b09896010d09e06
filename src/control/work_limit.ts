/** Runs only so many pieces of work at once; a bounded number of others wait for their turn. */
export interface WorkLimitOptions {
  readonly atOnce: number;
  readonly waiting: number;
}

export class WorkLimit {
  readonly #options: WorkLimitOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: WorkLimitOptions) {
    this.#options = options;
  }

  /** null when as many as may are waiting already. */
  run<T>(work: () => Promise<T>): Promise<T> | null {
    if (this.#running < this.#options.atOnce) return this.#start(work);
    if (this.#waiting.length >= this.#options.waiting) return null;
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(this.#start(work)));
    });
  }

  async #start<T>(work: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}
