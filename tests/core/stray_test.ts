import assert from "node:assert/strict";
import { isBelievable, sortStrays, type Stray } from "../../src/core/stray.ts";
import { processId } from "../../src/core/name.ts";

const WEB = processId("web", 0);

function stray(generation: number, pid: number): Stray {
  const child = { pid, startTicks: pid };
  return { program: "web", num: 0, generation, child, uid: 0, hasItsOutput: false };
}

function sorted(strays: readonly Stray[], generation: number | null) {
  const generations = new Map(generation === null ? [] : [[WEB, generation]]);
  const { newest, surplus } = sortStrays(strays, [], generations);
  return [newest.get(WEB)?.child.pid ?? null, surplus.map(({ child }) => child.pid)];
}

Deno.test("a process that says it is ours is believed by who it is or where it writes", () => {
  assert.ok(isBelievable({ uid: 7, hasItsOutput: false }, [0, 7]));
  assert.ok(isBelievable({ uid: 2101, hasItsOutput: true }, [0, 7]));
  assert.ok(isBelievable({ uid: null, hasItsOutput: true }, []));
  assert.ok(!isBelievable({ uid: 2101, hasItsOutput: false }, [0, 7]));
  assert.ok(!isBelievable({ uid: null, hasItsOutput: false }, [0, 7]));
});

Deno.test("a stray of a generation that is known is a descendant, whatever became of the child", () => {
  assert.deepEqual(sorted([stray(2, 20)], 2), [null, []]);
  assert.deepEqual(sorted([stray(1, 20)], 2), [null, []]);
});

Deno.test("a stray that the table has lost is the child", () => {
  assert.deepEqual(sorted([stray(3, 20)], 2), [20, []]);
  assert.deepEqual(sorted([stray(1, 20)], null), [20, []]);
});

Deno.test("of those with one token the child is the first, and the others are its descendants", () => {
  assert.deepEqual(sorted([stray(1, 21), stray(1, 20), stray(1, 22)], null), [20, []]);
  const inOneTick = [21, 20].map((pid) => ({ ...stray(1, pid), child: { pid, startTicks: 7 } }));
  assert.deepEqual(sorted(inOneTick, null), [20, []]);
});

Deno.test("a stray of an earlier generation is a second copy, its descendants are not", () => {
  assert.deepEqual(sorted([stray(2, 30), stray(1, 21), stray(1, 20)], null), [30, [20]]);
  assert.deepEqual(sorted([stray(2, 30), stray(2, 31), stray(1, 20)], null), [30, [20]]);
});
