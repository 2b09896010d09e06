/** What the page says that processes use. */
import assert from "node:assert/strict";
import { keepUses, NO_USES, takeReading } from "../../src/page/uses.ts";

const MEMORY = { memoryBytes: 4096, processes: 1 };

Deno.test("CPU is what was spent between two readings", () => {
  const first = takeReading(NO_USES, [{ name: "web", cpuSeconds: 7, ...MEMORY }], 1000);
  assert.deepEqual(first.all.get("web"), { cpu: null, memoryBytes: 4096 });
  const second = takeReading(first, [{ name: "web", cpuSeconds: 8, ...MEMORY }], 5000);
  assert.deepEqual(second.all.get("web"), { cpu: 25, memoryBytes: 4096 });
});

Deno.test("CPU of a child is not counted from what an earlier one has spent", () => {
  const one = { name: "web", cpuSeconds: 7, ...MEMORY };
  const other = { name: "job", cpuSeconds: 1, ...MEMORY };
  const first = takeReading(NO_USES, [one, other], 1000);
  const kept = keepUses(first, (name) => name !== "web");
  assert.deepEqual([...kept.all.keys()], ["job"]);
  assert.equal(kept.all.get("job"), first.all.get("job"), "what is the same is not drawn again");
  const second = takeReading(kept, [{ ...one, cpuSeconds: 9 }, other], 5000);
  assert.equal(second.all.get("web")?.cpu, null);
  assert.equal(second.all.get("job")?.cpu, 0);
  // Where nobody has told of a new child, less than before says it.
  const less = takeReading(first, [{ ...one, cpuSeconds: 2 }], 5000);
  assert.equal(less.all.get("web")?.cpu, null);
});
