/** What happens to a process may be the end of everything: `essential` and `on_fatal`. */
import type { Configuration } from "../core/configuration.ts";
import { describeExit } from "../core/exit_status.ts";
import type { JournalRecord } from "../core/record.ts";
import { type Entry, nameOf } from "./process_table.ts";

export interface ReasonToEnd {
  readonly kind: "fatal" | "done" | "ended";
  /** For a person: "web:0, which is essential, exited with code 1". */
  readonly message: string;
}

/** Whether taskmaster has to end because of what the record says of the process; null = no. */
export function reasonToEnd(
  record: JournalRecord,
  entry: Entry,
  { daemon }: Configuration,
): ReasonToEnd | null {
  const { process, program } = entry;
  const name = nameOf(entry);
  switch (record.kind) {
    case "fatal":
      if (program.essential) {
        return { kind: "ended", message: `${name}, which is essential, is FATAL` };
      }
      return daemon.onFatal === "exit"
        ? { kind: "fatal", message: `${name} is FATAL, and on_fatal is "exit"` }
        : null;
    // By the second of these the last of its group has ended, long after itself.
    case "exited":
    case "group_ended": {
      const isOver = process.state === "EXITED" && process.deadline === null;
      if (!program.essential || !isOver || process.lastExit === null) return null;
      const { exit, expected } = process.lastExit;
      const message = `${name}, which is essential, ended with ${describeExit(exit)}`;
      return { kind: expected ? "done" : "ended", message };
    }
    default:
      return null;
  }
}
