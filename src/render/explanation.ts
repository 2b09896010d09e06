/** `why`: the present state and the records that led to it. */
import { visible } from "../base/visible.ts";
import type { JournalRecord } from "../core/record.ts";
import type { ProcessSnapshot } from "../core/snapshot.ts";
import { localTime, recordText } from "./record.ts";
import { describe } from "./status_table.ts";
import { style } from "./style.ts";

/** `records`: the process's own, oldest first. Ends with a newline. */
export function explain(
  process: ProcessSnapshot,
  records: readonly JournalRecord[],
  look: { readonly colour: boolean },
): string {
  const head = `${visible(process.name)} is ${process.state}: ${describe(process)}`.trimEnd();
  const wish = process.wish === "up"
    ? "It is wanted up."
    : process.starts === 0
    ? "Nobody has asked for it to be started."
    : "It was asked to stay down.";
  const lines = [style("bold", head, look.colour), `  ${wish} ${advice(process)}`.trimEnd()];
  for (const record of records) lines.push(`  ${localTime(record.time)} ${recordText(record)}`);
  return lines.join("\n") + "\n";
}

function advice({ state, name, lastExit, nextStartMs }: ProcessSnapshot): string {
  switch (state) {
    case "FATAL":
      return `It is not tried again by itself; "start ${
        visible(name)
      }" or a reload that changes it does.`;
    case "EXITED":
      if (nextStartMs !== null) return "";
      return lastExit?.expected
        ? "Its exit was expected, so it is left at rest."
        : "autorestart leaves it at rest.";
    default:
      return "";
  }
}
