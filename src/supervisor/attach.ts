/** Connecting a viewer to the terminal of a process, and telling it what becomes of the process. */
import { err, ok, type Result } from "../base/result.ts";
import type { Fault } from "../core/fault.ts";
import type { HappeningKind, JournalRecord } from "../core/record.ts";
import type { AttachListener, Attachment, AttachOptions } from "../ports/attachment.ts";
import type { Terminals } from "../ports/terminals.ts";
import { type Entry, nameOf } from "./process_table.ts";
import type { Supervisor } from "./supervisor.ts";

/** What somebody who looks at the terminal cannot see there. */
const TOLD: readonly HappeningKind[] = [
  "started",
  "spawn_failed",
  "exited",
  "backoff",
  "restart_delayed",
  "fatal",
  "stopped",
];

export interface AttachRequest {
  /** A selector that names one process. */
  readonly name: string;
  readonly options: AttachOptions;
  readonly listener: AttachListener;
}

export function attach(
  supervisor: Supervisor,
  terminals: Terminals,
  { name, options, listener }: AttachRequest,
): Result<Attachment, Fault> {
  const found = findOne(supervisor, name);
  if (!found.ok) return found;
  const entry = found.value;
  if (!entry.program.tty) {
    const message = `${nameOf(entry)} has no terminal: its program does not say "tty: true"`;
    return err({ code: "no_terminal", message });
  }
  if (isAtRest(supervisor, entry)) return err({ code: "not_running", message: "not running" });
  const { program, num } = entry.process;
  const view = terminals.attach({ program, num }, options, async (piece) => {
    let isOver = true; // also when the listener throws
    try {
      await listener(piece);
      isOver = piece.kind === "end";
    } finally {
      if (isOver) unsubscribe();
    }
  });
  const unsubscribe = supervisor.journal.subscribe((record) => {
    if (!isAbout(record, entry)) return;
    if (TOLD.includes(record.kind)) view.tell(record);
    const isLast = entry.process.state !== "STOPPED" || record.kind === "stopped";
    if (!isLast || !isAtRest(supervisor, entry)) return;
    unsubscribe();
    view.finish("process_ended");
  });
  return ok({
    name: nameOf(entry),
    write: (keys) => view.write(keys),
    resize: (size) => view.resize(size),
    redraw: () => view.redraw(),
    end: () => {
      unsubscribe();
      view.end();
    },
  });
}

function findOne(supervisor: Supervisor, name: string): Result<Entry, Fault> {
  const { entries, unknown } = supervisor.table.select([name]);
  const [entry, ...others] = entries;
  if (entry === undefined) {
    const suggestion = unknown[0]?.suggestion ?? null;
    const hint = suggestion === null ? "" : `; did you mean "${suggestion}"?`;
    return err({ code: "no_such_process", message: `no such process${hint}` });
  }
  if (others.length === 0) return ok(entry);
  const message = `these are ${entries.length} processes; name one, such as ${nameOf(entry)}`;
  return err({ code: "several_processes", message });
}

function isAbout({ program, num }: JournalRecord, { process }: Entry): boolean {
  return program === process.program && num === process.num;
}

/** Nothing of it runs, and nothing starts it again but a request. */
function isAtRest(supervisor: Supervisor, { process, isLeaving }: Entry): boolean {
  switch (process.state) {
    case "STOPPED":
      // A restart of several tiers rests in between, with the wish still up.
      return process.wish === "down" || isLeaving || supervisor.isShuttingDown;
    case "EXITED":
      return process.deadline === null;
    case "FATAL":
      return true;
    default:
      return false;
  }
}
