/** A binary heap: the smallest item first. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    this.#items.push(item);
    let index = this.#items.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#compare(this.#items[parent]!, item) <= 0) break;
      this.#items[index] = this.#items[parent]!;
      index = parent;
    }
    this.#items[index] = item;
  }

  pop(): T | undefined {
    const top = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) this.#sink(last);
    return top;
  }

  /** Places `item` at the root's vacancy and lets it find its level. */
  #sink(item: T): void {
    const { length } = this.#items;
    let index = 0;
    while (true) {
      let child = 2 * index + 1;
      if (child >= length) break;
      const right = child + 1;
      if (right < length && this.#compare(this.#items[right]!, this.#items[child]!) < 0) {
        child = right;
      }
      if (this.#compare(item, this.#items[child]!) <= 0) break;
      this.#items[index] = this.#items[child]!;
      index = child;
    }
    this.#items[index] = item;
  }
}
