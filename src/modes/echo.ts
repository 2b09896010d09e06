/** The log's lines on standard error, for a run without a terminal. */
import type { JournalRecord } from "../core/record.ts";
import { recordLine } from "../render/record.ts";
import { OutputQueue } from "../shell/output_queue.ts";

/** A pipe that nobody reads must not hold up supervision; it costs lines, which are counted. */
export function echoOnStderr(): {
  write(record: JournalRecord): void;
  flushed(): Promise<boolean>;
} {
  const queue: OutputQueue = new OutputQueue({
    write: writeAll,
    onLost: () => {},
    onDropped: (lines) => queue.push(`${lines} lines were not shown here; the log has them\n`),
  });
  return {
    write: (record) => queue.offer(1, () => recordLine(record, { colour: false }) + "\n"),
    flushed: () => queue.flush(FLUSH_MS),
  };
}

const FLUSH_MS = 500;

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await Deno.stderr.write(bytes.subarray(at));
}
