import assert from "node:assert/strict";
import { type ProcessFigures, usageOfTrees } from "../../src/core/process_usage.ts";

function figures(pid: number, parent: number, more: Partial<ProcessFigures> = {}): ProcessFigures {
  return { pid, parent, group: pid, session: 1, cpuSeconds: pid, memoryBytes: 10, ...more };
}

function sizes(all: readonly ProcessFigures[], leaders: readonly number[]) {
  const usages = usageOfTrees(all, new Set(leaders));
  return Object.fromEntries([...usages].map(([pid, { processes }]) => [pid, processes]));
}

Deno.test("a tree is the leader and all its descendants, in whatever order they are listed", () => {
  const all = [figures(30, 20), figures(20, 10), figures(10, 1), figures(11, 1), figures(1, 0)];
  const usages = usageOfTrees(all, new Set([10]));
  assert.deepEqual([...usages], [[10, { cpuSeconds: 60, memoryBytes: 30, processes: 3 }]]);
});

Deno.test("a leader below another one counts for itself", () => {
  const all = [figures(1, 0), figures(10, 1), figures(20, 10), figures(30, 20)];
  assert.deepEqual(sizes(all, [10, 20]), { 10: 1, 20: 2 });
});

Deno.test("whose parents have ended counts by its group, or by its session", () => {
  const all = [
    figures(1, 0),
    figures(10, 1),
    figures(20, 1, { group: 10 }),
    figures(21, 1, { session: 10 }),
    figures(22, 21, { session: 22 }),
    figures(23, 1),
  ];
  assert.deepEqual(sizes(all, [10]), { 10: 4 });
});

Deno.test("what is no more has no figures, and a circle comes to an end", () => {
  assert.deepEqual(sizes([figures(1, 0), figures(5, 6), figures(6, 5)], [10]), {});
});
