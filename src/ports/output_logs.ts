/** The logs of processes' output, for readers. */
import type { OutputStream } from "./spawner.ts";

export interface StreamName {
  readonly program: string;
  readonly num: number;
  readonly stream: OutputStream;
}

/** What a follower is told. */
export type OutputPiece =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** The follower was too slow for these. */
  | { readonly kind: "gap"; readonly bytes: number }
  /** These could not be written to the log. */
  | { readonly kind: "lost"; readonly bytes: number; readonly reason: string };

export interface OutputTail {
  readonly bytes: Uint8Array;
  /** Why this may not be all; null when all is well. */
  readonly problem: string | null;
}

export interface OutputLoss {
  readonly bytes: number;
  /** Why output is being lost now; null when the last was written. */
  readonly reason: string | null;
}

export interface OutputLogs {
  /** The end of the log: `lines` lines, a mebibyte at most. */
  tail(name: StreamName, lines: number): Promise<OutputTail>;
  /**
   * Calls `listener` with the last `lines` lines, then with what is written, through rotation,
   * until the returned function is called. Nothing is read on while its promise is pending. Throws
   * an Error when the stream has no log.
   */
  follow(
    name: StreamName,
    lines: number,
    listener: (piece: OutputPiece) => void | Promise<void>,
  ): () => void;
  /** Empties the log; rotated files stay. Rejects with an Error that says why it could not. */
  clear(name: StreamName): Promise<void>;
  lossOf(name: StreamName): OutputLoss;
}
