/**
 * The line editor for terminals whose cursor cannot be moved, or whose output goes elsewhere: the
 * terminal's own line editing, and not one escape code.
 */
import type { Borrower, LentTerminal } from "../ports/terminal_loan.ts";
import type { LineEditor, LineEditorOptions, ReadResult } from "./line_editor.ts";
import { LineSession } from "./line_session.ts";
import { countLines, isYes, wholeLines } from "./printed_text.ts";

const LINE_END = "\n";
const CTRL_C = "\x03";
const CTRL_Z = "\x1a";
// deno-lint-ignore no-control-regex
const LINE_ENDING = /[\n\x03\x1a]/;

export class PlainLineEditor implements LineEditor {
  readonly #options: LineEditorOptions;
  readonly #session: LineSession;
  readonly #decoder = new TextDecoder();
  #prompt: string;
  /** The prompt that is on the screen, when one is. */
  #shown: string | null = null;
  #buffer = "";
  #hasEndOfInput = false;

  constructor(options: LineEditorOptions) {
    this.#options = options;
    this.#prompt = options.prompt;
    this.#session = new LineSession({
      editor: options,
      mode: "lines",
      onInput: (bytes) => this.#receive(bytes),
      onCannotSuspend: (notice) => this.printAbove(notice),
      onResize: () => {},
      onRedraw: () => this.#showPrompt(),
      onDropped: (notice) => this.#printNow(notice),
    });
  }

  async readLine(): Promise<ReadResult> {
    const result = await this.#read(this.#prompt);
    if (result.kind === "line") this.#options.history.add(result.text);
    return result;
  }

  printAbove(text: string): void {
    if (text === "") return;
    this.#session.output.offer(countLines(text), () => this.#render(text));
  }

  print(text: string): Promise<void> {
    return this.#session.inTurn(() => this.#printNow(text));
  }

  interruptible<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const result = this.#session.interruptible(task);
    this.#handleInput();
    return result;
  }

  async confirm(question: string): Promise<boolean> {
    const result = await this.#read(`${question} [y/N] `);
    return result.kind === "line" && isYes(result.text);
  }

  lend(borrower: Borrower): Promise<LentTerminal | null> {
    return this.#session.lend(borrower);
  }

  setPrompt(prompt: string): void {
    this.#prompt = prompt;
  }

  clearScreen(): void {}

  isTerminalLost(): boolean {
    return this.#options.terminal.isLost();
  }

  async close(): Promise<void> {
    if (this.#shown !== null) this.#session.output.push("\n");
    this.#shown = null;
    await this.#session.close();
  }

  #read(prompt: string): Promise<ReadResult> {
    return this.#session.read(() => {
      this.#shown = prompt;
      this.#showPrompt();
      this.#handleInput();
    });
  }

  #receive(bytes: Uint8Array): void {
    if (bytes.length === 0 && this.#buffer === "") this.#hasEndOfInput = true;
    this.#buffer += this.#decoder.decode(bytes, { stream: true });
    this.#handleInput();
  }

  #handleInput(): void {
    if (!this.#session.isReading) return this.#handleUrgent();
    const end = this.#buffer.search(LINE_ENDING);
    if (end >= 0) return this.#takeLine(end);
    if (!this.#hasEndOfInput) return;
    this.#hasEndOfInput = false;
    this.#settle({ kind: "end" }, "\n");
  }

  /** What does not wait for its turn while a command runs. */
  #handleUrgent(): void {
    if (!this.#session.isInterruptible) return;
    if (this.#buffer.includes(CTRL_C)) {
      this.#buffer = this.#buffer.slice(this.#buffer.lastIndexOf(CTRL_C) + 1);
      this.#session.interrupt();
    }
    if (!this.#buffer.includes(CTRL_Z)) return;
    this.#buffer = this.#buffer.replace(CTRL_Z, "");
    void this.#session.suspend();
  }

  #takeLine(end: number): void {
    const text = this.#buffer.slice(0, end);
    const ending = this.#buffer[end];
    this.#buffer = this.#buffer.slice(end + 1);
    if (ending === LINE_END) return this.#settle({ kind: "line", text }, "");
    if (ending === CTRL_C) return this.#settle({ kind: "interrupt" }, "\n");
    if (ending === CTRL_Z) {
      this.#session.output.push("\n");
      void this.#session.suspend();
    }
  }

  #settle(result: ReadResult, mark: string): void {
    this.#session.output.push(mark);
    this.#shown = null;
    this.#session.settle(result);
  }

  #showPrompt(): void {
    if (this.#shown !== null && this.#session.hasScreen) this.#session.output.push(this.#shown);
  }

  #printNow(text: string): void {
    this.#session.output.push(this.#render(text));
  }

  /** What was typed so far stays with the terminal, though it is no longer to be seen. */
  #render(text: string): string {
    const prompt = this.#session.hasScreen ? this.#shown : null;
    return prompt === null ? wholeLines(text) : `\n${wholeLines(text)}${prompt}`;
  }
}
