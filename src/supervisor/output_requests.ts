/** What is asked for about the output of processes: its end, what comes, and to be rid of it. */
import type { FollowReply, OperationReply, TailReply } from "../ports/controller.ts";
import type { OutputLogs, OutputPiece, StreamName } from "../ports/output_logs.ts";
import type { OutputStream } from "../ports/spawner.ts";
import { followingUntil } from "./following.ts";
import { type Entry, nameOf, type Selection } from "./process_table.ts";

export interface OutputRange {
  readonly stream: OutputStream;
  /** So many of the last ones, before what comes. */
  readonly lines: number;
}

export async function tailOutput(
  logs: OutputLogs,
  { entries, unknown }: Selection,
  { stream, lines }: OutputRange,
): Promise<TailReply> {
  const tails = await Promise.all(entries.map(async (entry) => {
    const tail = await logs.tail(streamOf(entry, stream), lines);
    return { name: nameOf(entry), ...tail };
  }));
  return { tails, unknown };
}

export function followOutput(
  logs: OutputLogs,
  { entries, unknown }: Selection,
  { stream, lines }: OutputRange,
  listener: (name: string, piece: OutputPiece) => void | Promise<void>,
): FollowReply {
  const names: string[] = [];
  const refused: { name: string; reason: string }[] = [];
  const ends = entries.map((entry) => {
    const name = nameOf(entry);
    try {
      const end = logs.follow(streamOf(entry, stream), lines, (piece) => listener(name, piece));
      names.push(name);
      return end;
    } catch (error) {
      refused.push({ name, reason: error instanceof Error ? error.message : String(error) });
      return () => {};
    }
  });
  return { names, refused, unknown, ...followingUntil(() => ends.forEach((end) => end())) };
}

export async function clearOutput(
  logs: OutputLogs,
  { entries, unknown }: Selection,
): Promise<OperationReply> {
  const results = await Promise.all(entries.map(async (entry) => {
    const pid = entry.child?.identity.pid ?? null;
    try {
      await logs.clear(streamOf(entry, "stdout"));
      await logs.clear(streamOf(entry, "stderr"));
      return { name: nameOf(entry), fault: null, pid };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { name: nameOf(entry), fault: { code: "output_refused" as const, message }, pid };
    }
  }));
  return { results, unknown };
}

function streamOf({ process: { program, num } }: Entry, stream: OutputStream): StreamName {
  return { program, num, stream };
}
