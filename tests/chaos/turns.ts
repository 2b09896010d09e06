/** What only one may have at a time: the life of taskmaster. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Runs it when everybody who came before is through. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    try {
      return await work();
    } finally {
      resolve();
    }
  }
}
