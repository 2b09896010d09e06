/** What is shown of a process, for tests: one that was never started, with what matters replaced. */
import type { ProcessSnapshot } from "../../src/core/snapshot.ts";

export function makeSnapshot(settings: Partial<ProcessSnapshot> = {}): ProcessSnapshot {
  return {
    name: "web",
    program: "web",
    num: 0,
    state: "STOPPED",
    wish: "down",
    priority: 999,
    hasTerminal: false,
    pid: null,
    startedAt: null,
    uptimeMs: null,
    starts: 0,
    failedStarts: 0,
    startretries: 3,
    nextStartMs: null,
    lastExit: null,
    outputLost: 0,
    outputTrouble: null,
    reason: null,
    ...settings,
  };
}
