/**
 * What both line editors share: the queue before the terminal, the one pending read, Ctrl-C during
 * a command, the end of everything.
 */
import type { Terminal } from "../ports/terminal.ts";
import type { Borrower, LentTerminal } from "../ports/terminal_loan.ts";
import type { LineEditorOptions, ReadResult } from "./line_editor.ts";
import { invariant } from "../base/invariant.ts";
import { OutputQueue } from "./output_queue.ts";

const CLOSE_FLUSH_MS = 500;
const SUSPEND_FLUSH_MS = 200;
const LOAN_FLUSH_MS = 500;

export interface LineSessionOptions {
  readonly editor: LineEditorOptions;
  readonly mode: "raw" | "lines";
  readonly onInput: (bytes: Uint8Array) => void;
  readonly onResize: () => void;
  /** To be shown above the line. */
  readonly onCannotSuspend: (notice: string) => void;
  /** The terminal is ours again, and nothing of what we drew can be relied on. */
  readonly onRedraw: () => void;
  readonly onDropped: (notice: string) => void;
}

export class LineSession {
  readonly output: OutputQueue;
  readonly #terminal: Terminal;
  readonly #options: LineEditorOptions;
  readonly #mode: LineSessionOptions["mode"];
  readonly #onRedraw: () => void;
  #borrower: Borrower | null = null;
  #pending: ((result: ReadResult) => void) | null = null;
  #running: AbortController | null = null;
  #hasEnded = false;
  #isSuspended = false;
  #waitingPrints = 0;
  #printing: Promise<void> = Promise.resolve();

  constructor(options: LineSessionOptions) {
    this.#options = options.editor;
    this.#terminal = options.editor.terminal;
    this.#mode = options.mode;
    this.#onRedraw = options.onRedraw;
    this.output = new OutputQueue({
      write: (bytes) => this.#terminal.write(bytes),
      onLost: () => this.#end(),
      onDropped: (lines) =>
        options.onDropped(`(${lines} lines were left out: the terminal did not take them)\n`),
    });
    this.#terminal.open(options.mode, {
      onInput: (bytes) => (this.#borrower ?? options).onInput(bytes),
      onLost: () => this.#end(),
      onResize: () => (this.#borrower ?? options).onResize(),
      onForeground: (isForeground) => isForeground && this.#resume(),
      onCannotSuspend: () =>
        options.onCannotSuspend("(what started taskmaster does not stop: not suspended)\n"),
    });
  }

  get isReading(): boolean {
    return this.#pending !== null;
  }

  /** A command runs that Ctrl-C can end. */
  get isInterruptible(): boolean {
    return this.#running !== null;
  }

  /** The prompt may be drawn: the terminal is there, and ours. */
  get hasScreen(): boolean {
    return !this.#hasEnded && !this.#isSuspended && this.#terminal.isForeground();
  }

  /** `start` is called when there is a terminal to read from. */
  read(start: () => void): Promise<ReadResult> {
    invariant(this.#pending === null, "one readLine at a time");
    if (this.#hasEnded) return Promise.resolve({ kind: "lost" });
    return new Promise((resolve) => {
      this.#pending = resolve;
      start();
    });
  }

  /** Calls `print` when there is room for it and everything before it was printed. */
  inTurn(print: () => void): Promise<void> {
    if (this.#waitingPrints === 0 && !this.output.isFull) {
      print();
      return Promise.resolve();
    }
    this.#waitingPrints++;
    this.#printing = this.#printing.then(() => this.output.room()).then(() => {
      this.#waitingPrints--;
      print();
    });
    return this.#printing;
  }

  settle(result: ReadResult): void {
    const resolve = this.#pending;
    this.#pending = null;
    resolve?.(result);
  }

  interrupt(): void {
    this.#running?.abort();
  }

  async interruptible<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = new AbortController();
    this.#running = running;
    try {
      return await task(running.signal);
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }

  /** Resolves after the job was stopped and continued, or at once when it cannot be. */
  async suspend(): Promise<void> {
    if (this.#isSuspended || !this.#terminal.isForeground()) return;
    if (!this.#terminal.canSuspend()) {
      this.output.push("(no shell to come back to: not suspended)\n");
      this.#onRedraw();
      return;
    }
    this.#isSuspended = true;
    this.output.push(this.#options.onSuspend?.() ?? "");
    await this.output.flush(SUSPEND_FLUSH_MS);
    if (!this.#hasEnded) this.#terminal.suspend();
  }

  /** null when there is no screen to lend. Events are kept back until the loan ends. */
  async lend(borrower: Borrower): Promise<LentTerminal | null> {
    await this.output.flush(LOAN_FLUSH_MS);
    if (!this.hasScreen || this.#borrower !== null) return null;
    this.output.hold();
    this.#borrower = borrower;
    this.#terminal.setMode("through");
    return {
      size: () => this.#terminal.size(),
      write: (bytes) => this.output.pass(bytes),
      giveBack: () => this.#takeBack(borrower),
    };
  }

  async #takeBack(borrower: Borrower): Promise<void> {
    await this.output.flush(LOAN_FLUSH_MS);
    if (this.#borrower !== borrower) return; // It was taken from it meanwhile.
    this.#borrower = null;
    this.#terminal.setMode(this.#mode);
    this.output.release();
  }

  async close(): Promise<void> {
    this.#end();
    await this.output.flush(CLOSE_FLUSH_MS);
  }

  #resume(): void {
    this.#isSuspended = false;
    this.#options.onResume?.();
    if (this.#borrower === null) this.#onRedraw();
    else this.#borrower.onRedraw();
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#terminal.close();
    const borrower = this.#borrower;
    this.#borrower = null;
    borrower?.onRevoked();
    this.output.release();
    this.interrupt();
    this.settle({ kind: "lost" });
  }
}
