import assert from "node:assert/strict";
import { Outbox } from "../../src/control/outbox.ts";
import { settle } from "../support/fake_clock.ts";

/** A reader that takes one thing whenever it is told to. */
class Reader {
  readonly taken: (number | string)[] = [];
  readonly outbox: Outbox<number>;
  #take: () => void = () => {};

  constructor(capacity: number) {
    this.outbox = new Outbox<number>({
      capacity,
      send: (item) => this.#offered(item),
      sendGap: (missed) => this.#offered(`${missed} missed`),
    });
  }

  async takeAll(): Promise<(number | string)[]> {
    for (let before = -1; before !== this.taken.length;) {
      before = this.taken.length;
      this.#take();
      await settle();
    }
    return this.taken;
  }

  #offered(what: number | string): Promise<void> {
    return new Promise((resolve) => {
      this.#take = () => {
        this.#take = () => {};
        this.taken.push(what);
        resolve();
      };
    });
  }
}

Deno.test("an Outbox passes everything on in order", async () => {
  const reader = new Reader(3);
  for (const item of [1, 2, 3]) reader.outbox.offer(item);
  assert.deepEqual(await reader.takeAll(), [1, 2, 3]);
  reader.outbox.offer(4);
  assert.deepEqual(await reader.takeAll(), [1, 2, 3, 4]);
});

Deno.test("an Outbox counts what a reader who takes nothing has missed, and goes on after", async () => {
  const reader = new Reader(3);
  reader.outbox.offer(0);
  for (let item = 1; item <= 10; item++) reader.outbox.offer(item);
  assert.deepEqual(await reader.takeAll(), [0, 1, 2, 3, "7 missed"]);
  reader.outbox.offer(11);
  assert.deepEqual((await reader.takeAll()).slice(-1), [11]);
});

Deno.test("an Outbox tells what comes after a gap after the gap", async () => {
  const reader = new Reader(2);
  for (let item = 0; item <= 4; item++) reader.outbox.offer(item);
  const taking = reader.takeAll();
  await settle();
  for (let item = 5; item <= 6; item++) reader.outbox.offer(item);
  assert.deepEqual(await taking, [0, 1, 2, "2 missed", 5, 6]);
});
