import assert from "node:assert/strict";
import { renderNumber } from "../../bench/render_number.ts";
import { renderTable, renderTargets } from "../../bench/report.ts";
import { Results } from "../../bench/results.ts";
import { source } from "../support/source.ts";

const START = { title: "start", unit: "ms" } as const;
const WAKE_UPS = { title: "wake-ups", unit: "times" } as const;

Deno.test("renderTable() shows median, spread and how many times the first peer's it is", () => {
  const results = new Results();
  for (const value of [10, 12, 20]) results.add("ours", [{ figure: START, value }]);
  results.add("theirs", [{ figure: START, value: 1800 }]);
  results.add("ours", [{ figure: WAKE_UPS, value: 0 }]);
  results.add("theirs", [{ figure: WAKE_UPS, value: 31 }]);
  assert.equal(
    renderTable(results, ["ours", "theirs", "absent"]),
    source`
      |  | ours | theirs | absent |
      | --- | --- | --- | --- |
      | start, ms | 12 (10–20) | 1,800; 150× |  |
      | wake-ups | 0 | 31 |  |
    `,
  );
});

Deno.test("renderTable() leaves out what none of the peers was asked", () => {
  const results = new Results();
  results.add("other", [{ figure: START, value: 1 }]);
  assert.equal(renderTable(results, ["ours"]), "|  | ours |\n| --- | --- |\n");
});

Deno.test("renderTargets() stresses what was missed", () => {
  const targets = [
    { text: "fast", judge: () => ({ verdict: "met", because: "1 ms" }) as const },
    { text: "small", judge: () => ({ verdict: "missed", because: "9 MiB" }) as const },
  ];
  assert.match(renderTargets(targets, new Results()), /\| fast \| met \| 1 ms \|\n/);
  assert.match(renderTargets(targets, new Results()), /\| small \| \*\*missed\*\* \| 9 MiB \|\n/);
});

Deno.test("renderNumber() shows three digits that count", () => {
  const numbers = [0, 4, 2.345, 23.45, 234.5, 12_345.6];
  assert.deepEqual(numbers.map(renderNumber), ["0", "4", "2.35", "23.5", "235", "12,346"]);
});
