import assert from "node:assert/strict";
import fc from "fast-check";
import { Deadlines } from "../../src/supervisor/deadlines.ts";
import { FakeClock } from "../support/fake_clock.ts";

Deno.test("Deadlines fires in the order of time and only what still holds", async () => {
  const clock = new FakeClock();
  const fired: string[] = [];
  const deadlines = new Deadlines<string>(clock, (key) => fired.push(`${key} ${clock.now()}`));
  deadlines.set("late", 300);
  deadlines.set("early", 100);
  deadlines.set("moved", 50);
  deadlines.set("moved", 200);
  deadlines.set("gone", 10);
  deadlines.set("gone", null);
  await clock.advance(1000);
  assert.deepEqual(fired, ["early 100", "moved 200", "late 300"]);
});

Deno.test("Deadlines holds one timer, and none when there is nothing to wait for", async () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines<number>(clock, () => {});
  for (let key = 0; key < 100; key++) deadlines.set(key, 1000 - key);
  assert.equal(clock.pending, 1);
  for (let key = 0; key < 100; key++) deadlines.set(key, null);
  assert.equal(clock.pending, 0);
  await clock.advance(2000);
});

Deno.test("Deadlines fires each key's last deadline exactly once", async () => {
  const change = fc.tuple(
    fc.integer({ min: 0, max: 5 }),
    fc.option(fc.integer({ min: 0, max: 99 })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 40 }), async (changes) => {
      const clock = new FakeClock();
      const fired: string[] = [];
      const deadlines = new Deadlines<number>(clock, (key) => fired.push(`${key}@${clock.now()}`));
      const expected = new Map<number, number>();
      for (const [key, at] of changes) {
        deadlines.set(key, at);
        if (at === null) expected.delete(key);
        else expected.set(key, at);
      }
      await clock.advance(100);
      assert.deepEqual(fired.sort(), [...expected].map(([key, at]) => `${key}@${at}`).sort());
    }),
    { numRuns: 50 },
  );
});
