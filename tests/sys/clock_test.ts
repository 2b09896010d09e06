/** Setting the date of the machine, seen from here: `Date` jumps. */
import assert from "node:assert/strict";
import { systemClock } from "../../src/sys/clock.ts";

const YEAR_MS = 365 * 24 * 3600 * 1000;
const DELAY_MS = 100;

Deno.test.each([["forward", YEAR_MS], ["back", -YEAR_MS]] as const)(
  "the clock goes on, and timers fire in time, when the date is set",
  async (_, jumpMs) => {
    const dateNow = Date.now;
    const before = systemClock.now();
    const fired = new Promise<number>((resolve) =>
      systemClock.callAt(before + DELAY_MS, () => resolve(systemClock.now()))
    );
    try {
      Date.now = () => dateNow() + jumpMs;
      const firedAt = await fired;
      assert.ok(firedAt >= before + DELAY_MS && firedAt < before + 10_000);
      assert.ok(Math.abs(Date.parse(systemClock.date(firedAt)) - Date.now()) < 10_000);
    } finally {
      Date.now = dateNow;
    }
  },
);
