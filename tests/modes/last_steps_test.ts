import assert from "node:assert/strict";
import { takeLastSteps } from "../../src/modes/last_steps.ts";

Deno.test("takeLastSteps() takes every step, whether one before it throws, rejects or hangs", async () => {
  const taken: string[] = [];
  const problems: string[] = [];
  const step = (what: string, run: () => Promise<void> | void) => ({
    what,
    run: () => {
      taken.push(what);
      return run();
    },
  });
  const steps = [
    step("throw", () => {
      throw new Error("no luck");
    }),
    step("reject", () => Promise.reject(new Error("bad luck"))),
    step("hang", () => new Promise<void>(() => {})),
    step("work", () => {}),
    step("work later", () => Promise.resolve()),
  ];
  await takeLastSteps(steps, (message) => problems.push(message), 10);
  assert.deepEqual(taken, ["throw", "reject", "hang", "work", "work later"]);
  assert.deepEqual(problems, [
    "cannot throw: no luck",
    "cannot reject: bad luck",
    "cannot hang: it takes too long, and is left as it is",
  ]);
});
