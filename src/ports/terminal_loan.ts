/** The whole terminal for one command, for a time: every key to it, the whole screen from it. */
import type { WindowSize } from "./attachment.ts";

export interface Borrower {
  /** Keys as they come; Ctrl-C and Ctrl-Z are keys. */
  onInput(bytes: Uint8Array): void;
  onResize(): void;
  /** The job was stopped and continued: the screen does not show any more what was written. */
  onRedraw(): void;
  /**
   * The loan is over: the terminal is gone, or wanted back at once. Nothing comes after it. What is
   * written during the call still gets there, if the terminal is.
   */
  onRevoked(): void;
}

export interface LentTerminal {
  size(): WindowSize;
  /** Bytes as they are: line ends do not return the carriage. Resolves when they are written. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the loan; what was written gets there first. The mode of the terminal is restored. */
  giveBack(): Promise<void>;
}

export interface TerminalLender {
  /** null when the terminal is gone or in the hands of another job. */
  lend(borrower: Borrower): Promise<LentTerminal | null>;
}
