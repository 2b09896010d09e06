/** The state of processes as supervisorctl lays it out: name, state, what there is to say. */
import { visible } from "../base/visible.ts";
import { describeExit } from "../core/exit_status.ts";
import type { ProcessSnapshot } from "../core/snapshot.ts";
import type { State } from "../core/state.ts";
import { duration, uptime } from "./duration.ts";
import { type Colour, style } from "./style.ts";

export interface Look {
  readonly colour: boolean;
}

const STATE_COLOURS: { readonly [S in State]: Colour } = {
  STOPPED: "dim",
  STARTING: "cyan",
  RUNNING: "green",
  BACKOFF: "yellow",
  STOPPING: "cyan",
  EXITED: "dim",
  FATAL: "red",
};

const STATE_COLUMN = "STARTING".length + 2;
const NARROWEST_NAME = 16;

/** One line per process, ending with a newline; "" for none. */
export function statusTable(processes: readonly ProcessSnapshot[], look: Look): string {
  // Names of programs are ASCII: each character has one column.
  const names = processes.map(({ name }) => visible(name));
  const nameColumn = names.reduce((most, { length }) => Math.max(most, length), NARROWEST_NAME) + 2;
  return processes.map((process, index) => {
    const name = names[index]!.padEnd(nameColumn);
    const colour = isBadEnd(process) ? "yellow" : STATE_COLOURS[process.state];
    const state = style(colour, process.state.padEnd(STATE_COLUMN), look.colour);
    return `${name}${state}${describe(process)}`.trimEnd() + "\n";
  }).join("");
}

function isBadEnd({ state, lastExit }: ProcessSnapshot): boolean {
  return state === "EXITED" && lastExit !== null && !lastExit.expected;
}

/** What there is to say about a process: of its state, and of output that was lost. */
export function describe(process: ProcessSnapshot): string {
  const { outputLost, outputTrouble } = process;
  if (outputLost === 0) return describeState(process);
  const now = outputTrouble === null ? "" : ` (${visible(outputTrouble)})`;
  return `${describeState(process)}; ${outputLost} bytes of output lost${now}`;
}

function describeState(process: ProcessSnapshot): string {
  const { pid, reason, lastExit, nextStartMs } = process;
  switch (process.state) {
    case "STOPPED":
      return lastExit === null
        ? "not started yet"
        : `stopped, had exited with ${describeExit(lastExit.exit)}`;
    case "STARTING":
      return `pid ${pid}`;
    case "RUNNING":
      return `pid ${pid}, uptime ${uptime(process.uptimeMs ?? 0)}`;
    case "STOPPING":
      return [pid === null ? "" : `pid ${pid}`, visible(reason ?? "")].filter(Boolean).join(", ");
    case "BACKOFF": {
      const attempt = `retry ${process.failedStarts} of ${process.startretries}`;
      return `${visible(reason ?? "")}; ${attempt} in ${duration(nextStartMs ?? 0)}`;
    }
    case "EXITED": {
      if (lastExit === null) return "";
      const expectation = lastExit.expected ? "expected" : "not expected";
      const next = nextStartMs === null ? "" : `; starts again in ${duration(nextStartMs)}`;
      return `exited with ${describeExit(lastExit.exit)} (${expectation})${next}`;
    }
    case "FATAL":
      return visible(reason ?? "");
  }
}
