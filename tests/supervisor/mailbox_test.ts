import assert from "node:assert/strict";
import { Mailbox } from "../../src/supervisor/mailbox.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { FakeClock } from "../support/fake_clock.ts";

Deno.test("Mailbox handles one thing at a time, in the order posted", () => {
  const seen: number[] = [];
  let depth = 0;
  const mailbox = new Mailbox<number>(new FakeClock(), (item) => {
    assert.equal(++depth, 1);
    seen.push(item);
    if (item === 1) {
      mailbox.post(3);
      mailbox.post(4);
    }
    depth--;
  });
  mailbox.post(1);
  mailbox.post(2);
  assert.deepEqual(seen, [1, 3, 4, 2]);
});

Deno.test.each([
  ["from within", (mailbox: Mailbox<number>) => mailbox.post(0)],
  ["by one loop outside", (mailbox: Mailbox<number>) => {
    for (let item = -1; item >= -101; item--) mailbox.post(item);
  }],
])("Mailbox lets others have a turn when much is posted %s", (_where, post) => {
  let time = 0;
  const turns: (() => void)[] = [];
  const clock: Clock = {
    now: () => time,
    date: () => "",
    callAt: () => () => {},
    callSoon: (callback) => turns.push(callback),
  };
  const seen: number[] = [];
  const mailbox = new Mailbox<number>(clock, (item) => {
    if (item === 0) { for (let next = 1; next <= 100; next++) mailbox.post(next); }
    seen.push(Math.abs(item));
    time += 1;
  });
  post(mailbox);
  assert.ok(seen.length < 20, `${seen.length} in one turn`);
  while (turns.length > 0) turns.shift()?.();
  assert.equal(seen.length, 101);
  assert.deepEqual(seen, seen.toSorted((a, b) => a - b));
});
