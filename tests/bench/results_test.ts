import assert from "node:assert/strict";
import { median, Results, summarize } from "../../bench/results.ts";

Deno.test("median() is the middle one, or the mean of the two in the middle", () => {
  assert.equal(median([3]), 3);
  assert.equal(median([10, 2, 9]), 9);
  assert.equal(median([4, 1, 3, 100]), 3.5);
  assert.throws(() => median([]), RangeError);
});

Deno.test("summarize() has the least and the most", () => {
  assert.deepEqual(summarize([5, 1, 30]), { median: 5, least: 1, most: 30 });
});

Deno.test("Results gathers samples by figure and peer, in the order of the figures", () => {
  const [start, stop] = [{ title: "start", unit: "ms" }, { title: "stop", unit: "ms" }] as const;
  const results = new Results();
  results.add("a", [{ figure: stop, value: 1 }, { figure: start, value: 7 }]);
  results.add("b", [{ figure: start, value: 9 }]);
  results.add("a", [{ figure: stop, value: 3 }]);
  assert.deepEqual(results.figures, [stop, start]);
  assert.equal(results.summary(stop, "a")?.median, 2);
  assert.equal(results.summary(start, "b")?.median, 9);
  assert.equal(results.summary(stop, "b"), undefined);
});
