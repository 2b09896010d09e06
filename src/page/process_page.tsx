/** One process: its output, why it is as it is, and what has happened to it. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { describeExit } from "../core/exit_status.ts";
import type { JournalRecord } from "../core/record.ts";
import type { LastExit } from "../core/state.ts";
import { explain } from "../render/explanation.ts";
import { localTime } from "../render/record.ts";
import { hasOperatingSystemProcess } from "../core/snapshot.ts";
import { Actions } from "./actions.tsx";
import { selecting } from "./api.ts";
import { Attach } from "./attach.tsx";
import { bytes, percent } from "./format.ts";
import { useEverySecond, useStore } from "./hooks.ts";
import { LogView } from "./log_view.tsx";
import { StateMark, Uptime } from "./process_row.tsx";
import type { Shown } from "./store.ts";
import { Records } from "./records.tsx";

const RECORDS = 100;

export function ProcessPage({ name }: { readonly name: string }): VNode {
  const store = useStore();
  const past = usePast(name);
  const process = store.processes.get(name);
  if (process === undefined) {
    const text = store.phase === "live" ? `There is no process ${name}.` : "Loading…";
    return (
      <main tabIndex={-1}>
        <p class="empty" role="status">{text}</p>
      </main>
    );
  }
  const use = store.uses.get(name);
  const last = past.at(-1)?.seq ?? 0;
  const later = store.records.filter((record) => record.process === name && record.seq > last);
  const records = [...past, ...later];
  const fault = store.faults.get(name);
  return (
    <main tabIndex={-1}>
      <h2>
        {name} <StateMark state={process.state} />
      </h2>
      <Why process={process} />
      <dl class="facts">
        <Fact name="Uptime">
          {process.upSince === null ? "–" : <Uptime since={process.upSince} />}
        </Fact>
        <Fact name="PID">{process.pid ?? "–"}</Fact>
        <Fact name="Restarts">{Math.max(0, process.starts - 1)}</Fact>
        <Fact name="CPU">
          {use?.cpu === undefined || use.cpu === null ? "–" : percent(use.cpu)}
        </Fact>
        <Fact name="Memory">{use === undefined ? "–" : bytes(use.memoryBytes)}</Fact>
        <Fact name="Last exit">
          <LastEnd last={process.lastExit} records={records} />
        </Fact>
      </dl>
      <Actions names={[name]} about={name} />
      {fault !== undefined && <p class="problem" role="alert">{fault}</p>}
      {process.hasTerminal && (
        <>
          <h3>Terminal</h3>
          <Attach name={name} isRunning={hasOperatingSystemProcess(process)} />
        </>
      )}
      <h3>Output</h3>
      <LogView name={name} wasStarted={process.starts > 0} />
      <h3>What has happened</h3>
      <Records records={records} />
    </main>
  );
}

function Why({ process }: { readonly process: Shown }): VNode {
  const element = useEverySecond<HTMLParagraphElement>();
  const { upSince } = process;
  const now = { ...process, uptimeMs: upSince === null ? null : performance.now() - upSince };
  const [head, ...rest] = explain(now, [], { colour: false }).trimEnd().split("\n");
  return (
    <p ref={element}>
      <strong>{head}</strong> {rest.join(" ")}
    </p>
  );
}

interface LastEndProps {
  readonly last: LastExit | null;
  /** Of its process; they tell when, as long as they reach back to it. */
  readonly records: readonly JournalRecord[];
}

function LastEnd({ last, records }: LastEndProps): VNode {
  if (last === null) return <>–</>;
  const record = records.findLast((one) => one.kind === "exited" && one.pid === last.pid);
  const expectation = last.expected ? "expected" : "not expected";
  return (
    <>
      <span class={last.expected ? "" : "bad"}>{describeExit(last.exit)} ({expectation})</span>{" "}
      {record !== undefined && <time dateTime={record.time}>{localTime(record.time)}</time>}
    </>
  );
}

function Fact({ name, children }: { name: string; children: unknown }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children as VNode}</dd>
    </div>
  );
}

/** Its records of before the page was opened. */
function usePast(name: string): readonly JournalRecord[] {
  const store = useStore();
  const [past, setPast] = useState<readonly JournalRecord[]>([]);
  useEffect(() => {
    let isCurrent = true;
    store.api.get<JournalRecord[]>(`/v1/events?${selecting([name])}&limit=${RECORDS}`).then(
      (records) => isCurrent && setPast(records),
      () => {}, // the list tells that the connection is lost
    );
    return () => {
      isCurrent = false;
    };
  }, [name]);
  return past;
}
