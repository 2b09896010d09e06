import assert from "node:assert/strict";
import type { ProcessSnapshot } from "../../src/core/snapshot.ts";
import { statusTable } from "../../src/render/status_table.ts";
import { makeSnapshot } from "../support/make_snapshot.ts";

const STOPPED = makeSnapshot();

function exited(code: number, expected: boolean): Partial<ProcessSnapshot> {
  const exit = { kind: "code", code } as const;
  return { state: "EXITED", lastExit: { pid: 1, exit, expected, uptimeMs: 1, ranMs: 1 } };
}

Deno.test.each<[string, Partial<ProcessSnapshot>]>([
  ["web               STOPPED   not started yet", {}],
  [
    "web               RUNNING   pid 42, uptime 1 day, 2:00:05",
    { state: "RUNNING", pid: 42, uptimeMs: 93_605_000 },
  ],
  ["web               STARTING  pid 42", { state: "STARTING", pid: 42 }],
  [
    "web               BACKOFF   no such file; retry 1 of 3 in 500 ms",
    { state: "BACKOFF", reason: "no such file", failedStarts: 1, nextStartMs: 500 },
  ],
  ["web               FATAL     no such file", { state: "FATAL", reason: "no such file" }],
  ["web               EXITED    exited with code 0 (expected)", exited(0, true)],
  [
    "web               EXITED    exited with code 1 (not expected); starts again in 2 s",
    { ...exited(1, false), nextStartMs: 2000 },
  ],
  [
    "web               STOPPING  pid 42, signal KILL refused",
    { state: "STOPPING", pid: 42, reason: "signal KILL refused" },
  ],
  [
    "web               RUNNING   pid 42, uptime 0:00:01; 7 bytes of output lost (no space)",
    { state: "RUNNING", pid: 42, uptimeMs: 1000, outputLost: 7, outputTrouble: "no space" },
  ],
  ["we\\x1b[2Jb        STOPPED   not started yet", { name: "we\x1b[2Jb" }],
])("statusTable() shows %s", (line, settings) => {
  const shown = statusTable([makeSnapshot(settings)], { colour: false });
  assert.equal(shown, line + "\n");
});

Deno.test("statusTable() widens the column of names for the longest", () => {
  const long = { ...STOPPED, name: "a-program-with-a-long-name" };
  const [first, second] = statusTable([STOPPED, long], { colour: false }).split("\n");
  assert.equal(first?.indexOf("STOPPED"), second?.indexOf("STOPPED"));
});
