/** `fatal_state_report_address`: one JSON line over TCP for every process that becomes FATAL. */
import { processId } from "../core/name.ts";
import type { Journal } from "../supervisor/journal.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { sendFatalReport } from "../sys/fatal_report.ts";
import { hostname } from "node:os";

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
    void sendFatalReport(address, line).then((failure) => {
      if (failure === undefined) return;
      journal.append({ kind: "note", message: `${process}: fatal state report: ${failure}` });
    });
  });
}
