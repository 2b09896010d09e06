import assert from "node:assert/strict";
import { parseStat, ProcUsageReader } from "../../../src/sys/process/proc_usage.ts";

Deno.test("a line of stat is read, whatever the command is called", () => {
  const line = "4711 (a) R 1 (b) S 12 4700 4699 0 -1 4194560 1 2 3 4 150 50 20 30 20 0 1 0 99 " +
    "1000000 25 18446744073709551615";
  assert.deepEqual(parseStat(line, 4096), {
    pid: 4711,
    parent: 12,
    group: 4700,
    session: 4699,
    cpuSeconds: 2.5,
    memoryBytes: 25 * 4096,
  });
});

Deno.test("our own tree is at least ourselves, and has memory", async () => {
  const usage = (await new ProcUsageReader(() => 0).read([Deno.pid])).get(Deno.pid);
  assert.ok(usage !== undefined);
  assert.ok(usage.processes >= 1);
  assert.ok(usage.memoryBytes > 2 ** 20, `${usage.memoryBytes}`);
  assert.ok(usage.cpuSeconds > 0);
});
