/** The read model of what the supervisor holds. */
import type { ProcessSnapshot } from "../core/snapshot.ts";
import type { OutputLogs } from "../ports/output_logs.ts";
import { deadlineOf } from "../core/state.ts";
import { type Entry, nameOf } from "./process_table.ts";

/** `now` is monotonic milliseconds. */
export function snapshotOf(entry: Entry, now: number, logs: OutputLogs): ProcessSnapshot {
  const { process, program } = entry;
  const losses = (["stdout", "stderr"] as const).map((stream) =>
    logs.lossOf({ program: process.program, num: process.num, stream })
  );
  const child = "child" in process ? process.child : null;
  const isLeaderAlive = child !== null && !(process.state === "STOPPING" && process.leaderHasEnded);
  const isWaiting = process.state === "BACKOFF" || process.state === "EXITED";
  const deadline = isWaiting ? deadlineOf(process) : null;
  return {
    name: nameOf(entry),
    program: process.program,
    num: process.num,
    state: process.state,
    wish: process.wish,
    priority: program.priority,
    hasTerminal: program.tty,
    pid: isLeaderAlive ? child.pid : null,
    startedAt: isLeaderAlive ? entry.startedAt : null,
    uptimeMs: isLeaderAlive ? now - child.startedAt : null,
    starts: process.generation,
    failedStarts: process.failedStarts,
    startretries: program.startretries,
    nextStartMs: deadline === null ? null : Math.max(0, deadline - now),
    lastExit: process.lastExit,
    outputLost: losses.reduce((sum, { bytes }) => sum + bytes, 0),
    outputTrouble: losses.find(({ reason }) => reason !== null)?.reason ?? null,
    reason: reasonOf(entry),
  };
}

function reasonOf({ process }: Entry): string | null {
  switch (process.state) {
    case "BACKOFF":
    case "FATAL":
      return process.fault.message;
    case "STOPPING":
      if (process.trouble !== null) {
        const { signal, reason } = process.trouble;
        return `signal ${signal} refused: ${reason}`;
      }
      return process.leaderHasEnded ? "waiting for the rest of its process group to end" : null;
    default:
      return null;
  }
}
