/**
 * The terminal side of the control shell: reads lines, prints above the line that is being typed,
 * asks questions. Knows nothing of what lines mean.
 */
import type { Terminal } from "../ports/terminal.ts";
import type { TerminalLender } from "../ports/terminal_loan.ts";
import type { HistoryStore } from "./history.ts";

export type ReadResult =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-C; what was typed is gone. */
  | { readonly kind: "interrupt" }
  /** Ctrl-D on an empty line. The terminal is still there. */
  | { readonly kind: "end" }
  /** The terminal went away. */
  | { readonly kind: "lost" };

export interface Completion {
  /** Whole words that could stand from `replaceFrom` to the cursor. */
  readonly candidates: readonly string[];
  readonly replaceFrom: number;
}

export interface LineEditorOptions {
  readonly terminal: Terminal;
  readonly prompt: string;
  readonly history: HistoryStore;
  readonly complete: (line: string, cursor: number) => Promise<Completion>;
  /** Asked before Ctrl-Z stops the job; the text is printed. */
  readonly onSuspend?: () => string;
  /** The job was continued in the foreground. */
  readonly onResume?: () => void;
}

export interface LineEditor extends TerminalLender {
  /** The next line. What was typed or pasted before the call counts. One call at a time. */
  readLine(): Promise<ReadResult>;
  /**
   * Prints whole lines without disturbing the line being typed. Never waits; dropped, and counted,
   * while more than a mebibyte waits for the terminal. `text` is trusted: see `visible`.
   */
  printAbove(text: string): void;
  /**
   * The same for output that was asked for: nothing is dropped, the caller waits instead. Texts
   * come in the order of the calls even when nobody waits.
   */
  print(text: string): Promise<void>;
  /** Runs `task`; Ctrl-C meanwhile aborts its signal and throws away what was typed ahead. */
  interruptible<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Yes or no, no being the answer to anything but y and yes. */
  confirm(question: string): Promise<boolean>;
  /** Changes the prompt from the next line on. */
  setPrompt(prompt: string): void;
  clearScreen(): void;
  isTerminalLost(): boolean;
  /**
   * Restores the terminal at once, then waits a short time for output that is left. A pending
   * `readLine` resolves with "lost".
   */
  close(): Promise<void>;
}
