/** Records of the journal, the newest first, at the reader's time. */
import type { VNode } from "preact";
import type { JournalRecord } from "../core/record.ts";
import { localTime, recordText } from "../render/record.ts";
import { useStore } from "./hooks.ts";

export function Records({ records }: { readonly records: readonly JournalRecord[] }): VNode {
  if (records.length === 0) return <p class="empty">Nothing yet.</p>;
  return (
    <ol class="records">
      {records.toReversed().map((record) => (
        <li key={record.seq} class={record.level}>
          <time dateTime={record.time}>{localTime(record.time)}</time> {recordText(record)}
        </li>
      ))}
    </ol>
  );
}

/** The supervisor's own log. */
export function LogPage(): VNode {
  const { records } = useStore();
  return (
    <main tabIndex={-1}>
      <h2>Log of taskmaster</h2>
      <Records records={records} />
    </main>
  );
}
