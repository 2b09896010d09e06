import assert from "node:assert/strict";
import { completeWords } from "../../src/commands/complete.ts";
import type { ProcessSnapshot } from "../../src/core/snapshot.ts";

function process(program: string, num: number, name: string): ProcessSnapshot {
  return {
    name,
    program,
    num,
    state: "RUNNING",
    wish: "up",
    priority: 999,
    pid: 1,
    startedAt: null,
    uptimeMs: 0,
    starts: 1,
    failedStarts: 0,
    startretries: 3,
    nextStartMs: null,
    lastExit: null,
    outputLost: 0,
    outputTrouble: null,
    reason: null,
  };
}

const PROCESSES = [process("db", 0, "db"), process("web", 0, "web:0"), process("web", 1, "web:1")];

function complete(line: string): string {
  return completeWords(line.split(" "), PROCESSES).join(" ");
}

Deno.test.each([
  ["sta", "status start"],
  ["help sta", "status start"],
  ["start ", "db web all"],
  ["start w", "web"],
  ["start web", "web web:0 web:1"],
  ["start web:", "web:0 web:1"],
  ["stop web:0 web:", "web:1"],
  ["start --", "--no-wait --json --help"],
  ["signal US", "USR1 USR2"],
  ["signal SIGU", "SIGUSR1 SIGUSR2 SIGURG"],
  ["signal USR1 d", "db"],
  ["log ", "debug info warn error off"],
  ["update --j", "--json"],
  ["nonsense ", ""],
  ["plan x", ""],
])("completeWords(%s) offers %s", (line, expected) => {
  assert.equal(complete(line), expected);
});
