import assert from "node:assert/strict";
import { memoryFigure } from "../../bench/questions/memory.ts";
import { RESTART } from "../../bench/questions/restart.ts";
import { startFigure } from "../../bench/questions/start.ts";
import { wakeUpsFigure } from "../../bench/questions/idle.ts";
import { type Figure, Results } from "../../bench/results.ts";
import { type Judgement, TARGETS } from "../../bench/targets.ts";

type Values = readonly (readonly [peer: string, figure: Figure, value: number])[];

function judge(text: RegExp, values: Values): Judgement {
  const target = TARGETS.find((one) => text.test(one.text));
  assert.ok(target !== undefined);
  const results = new Results();
  for (const [peer, figure, value] of values) results.add(peer, [{ figure, value }]);
  return target.judge(results);
}

Deno.test("a share of a peer's time is met up to that share, and missed beyond", () => {
  const of = (ours: number) =>
    judge(/^start of 1,000/, [
      ["taskmaster", startFigure(1000), ours],
      ["supervisord", startFigure(1000), 3000],
    ]);
  assert.deepEqual(of(1000), { verdict: "met", because: "0.33 of supervisord's" });
  assert.deepEqual(of(1500), { verdict: "missed", because: "0.50 of supervisord's" });
});

Deno.test("what was not measured is neither met nor missed", () => {
  assert.equal(judge(/^restart/, [["taskmaster", RESTART, 1]]).verdict, "not measured");
  assert.equal(judge(/^restart/, [["runit", RESTART, 1]]).verdict, "not measured");
});

Deno.test("no wake-up means none", () => {
  const of = (count: number) =>
    judge(/wake-up/, [["taskmaster", wakeUpsFigure(100), count]]).verdict;
  assert.deepEqual([of(0), of(1)], ["met", "missed"]);
});

Deno.test("memory for each program is what it is more than without programs", () => {
  const of = (mib: number) =>
    judge(/for each/, [
      ["taskmaster", memoryFigure(0), 30],
      ["taskmaster", memoryFigure(1000), mib],
    ]);
  assert.deepEqual(of(45), { verdict: "met", because: "15.4 KiB" });
  assert.deepEqual(of(50), { verdict: "missed", because: "20.5 KiB" });
});
