/** The terminals of processes, for whoever knows what becomes of the processes. */
import type { JournalRecord } from "../core/record.ts";
import type { AttachEnd, AttachListener, Attachment, AttachOptions } from "./attachment.ts";

export interface TerminalView extends Omit<Attachment, "name"> {
  /** Tells the viewer, after all that the program has written before. */
  tell(record: JournalRecord): void;
  /** The same for the last piece. */
  finish(reason: AttachEnd): void;
}

export interface Terminals {
  /** For a process whose program says `tty`; whether it has a child now does not matter. */
  attach(
    process: { readonly program: string; readonly num: number },
    options: AttachOptions,
    listener: AttachListener,
  ): TerminalView;
}
