/** `fatal_state_report_address`: one JSON line over TCP for every process that becomes FATAL. */
import { hostname } from "node:os";
import { sendOverTcp } from "../alert/tcp.ts";
import { processId } from "../core/name.ts";
import type { Journal } from "../supervisor/journal.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";

/** A receiver that is slow or gone costs a line in the log and nothing else. */
export function reportFatalStates(supervisor: Supervisor, journal: Journal): void {
  const host = hostname();
  journal.subscribe((record) => {
    if (record.kind !== "fatal") return;
    const { program = "", num = 0 } = record;
    const entry = supervisor.table.get(processId(program, num));
    const address = entry?.program.fatalStateReportAddress;
    if (!entry || !address) return;
    const { time, process, reason } = record;
    const { lastExit, generation: starts } = entry.process;
    const line = JSON.stringify({
      state: "FATAL",
      time,
      host,
      program,
      process,
      reason,
      lastExit,
      starts,
    });
    void sendOverTcp(address, new TextEncoder().encode(`${line}\n`)).then((failure) => {
      if (failure === undefined) return;
      journal.append({ kind: "note", message: `${process}: fatal state report: ${failure}` });
    });
  });
}
