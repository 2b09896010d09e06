/**
 * Watching and using the terminal of a process: plain data and streams of bytes, so that a socket
 * can carry them.
 */
import type { JournalRecord } from "../core/record.ts";

/** In characters; 0 = unknown. */
export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

export interface AttachOptions extends WindowSize {
  /** What this viewer types goes nowhere. */
  readonly isReadOnly: boolean;
  /** The window is never larger than that of any viewer that says so. */
  readonly limitsSize: boolean;
}

/** What a viewer gets, in order. */
export type AttachPiece =
  /** For the viewer's terminal: first the recent screen, then what the program writes. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** Something became of the process: it has ended, it was started again. */
  | { readonly kind: "record"; readonly record: JournalRecord }
  /** The last one. */
  | { readonly kind: "end"; readonly reason: AttachEnd };

export type AttachEnd =
  /** The process has come to rest, or is no longer configured. */
  | "process_ended"
  /** taskmaster ends, or becomes another program. */
  | "supervisor_ended";

/**
 * Not called again while its promise is pending. A viewer that takes its time misses bytes; it gets
 * the whole screen anew then. One that throws is heard of no more.
 */
export type AttachListener = (piece: AttachPiece) => void | Promise<void>;

export interface Attachment {
  /** The process's name. */
  readonly name: string;
  /**
   * Keys for the program. Resolves when there is room for more: a program may leave what was typed
   * unread. What goes beyond a mebibyte then is dropped. Never rejects.
   */
  write(keys: Uint8Array): Promise<void>;
  resize(size: WindowSize): void;
  /** The viewer's terminal does not show any more what it was sent. */
  redraw(): void;
  /** Nothing comes after it. */
  end(): void;
}
