/** The line editor for terminals whose cursor can be moved. */
import { completeLine, layOutColumns } from "./completion.ts";
import { EditArea } from "./edit_area.ts";
import { KeyInput } from "./key_input.ts";
import { isCtrl, isLineEnd, isText, type Key } from "./keys.ts";
import type { Borrower, LentTerminal } from "../ports/terminal_loan.ts";
import type { LineEditor, LineEditorOptions, ReadResult } from "./line_editor.ts";
import { LineSession } from "./line_session.ts";
import { countLines, isYes, wholeLines } from "./printed_text.ts";
import {
  foundLine,
  type ReverseSearch,
  searchPrompt,
  searchStep,
  startSearch,
} from "./reverse_search.ts";

const BELL = "\x07";

/** As many as the kernel takes where the terminal does the editing (termios(3)). */
const LONGEST_LINE = 4096;

export class EditingLineEditor implements LineEditor {
  readonly #options: LineEditorOptions;
  readonly #session: LineSession;
  readonly #area: EditArea;
  readonly #input = new KeyInput(() => this.#handleKeys());
  #prompt: string;
  #search: ReverseSearch | null = null;
  /** A question: no history, no completion. */
  #isAsking = false;
  /** Tab in a row: the second lists what the first could not decide. */
  #tabs = 0;
  /** Tab is being worked on; keys wait until it is done. */
  #completing: symbol | null = null;
  #isHandling = false;

  constructor(options: LineEditorOptions) {
    this.#options = options;
    this.#prompt = options.prompt;
    this.#session = new LineSession({
      editor: options,
      mode: "raw",
      onInput: (bytes) => this.#input.push(bytes),
      onCannotSuspend: (notice) => this.printAbove(notice),
      onResize: () => this.#area.resize(),
      onRedraw: () => this.#showAgain(),
      onDropped: (notice) => this.#printNow(notice),
    });
    this.#area = new EditArea({
      columns: () => options.terminal.size().columns,
      write: (text) => this.#session.output.push(text),
      onLine: (line) => this.#enter(line),
    });
  }

  readLine(): Promise<ReadResult> {
    return this.#read(this.#prompt, this.#options.history.entries);
  }

  printAbove(text: string): void {
    if (text === "") return;
    this.#session.output.offer(countLines(text), () => this.#render(wholeLines(text)));
  }

  print(text: string): Promise<void> {
    return this.#session.inTurn(() => this.#printNow(wholeLines(text)));
  }

  interruptible<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const result = this.#session.interruptible(task);
    this.#handleKeys();
    return result;
  }

  async confirm(question: string): Promise<boolean> {
    this.#isAsking = true;
    try {
      const result = await this.#read(`${question} [y/N] `, []);
      return result.kind === "line" && isYes(result.text);
    } finally {
      this.#isAsking = false;
    }
  }

  lend(borrower: Borrower): Promise<LentTerminal | null> {
    return this.#session.lend(borrower);
  }

  setPrompt(prompt: string): void {
    this.#prompt = prompt;
  }

  clearScreen(): void {
    const clear = "\x1b[H\x1b[2J";
    this.#session.output.push(clear);
    if (this.#area.isShown) this.#area.redraw();
  }

  isTerminalLost(): boolean {
    return this.#options.terminal.isLost();
  }

  async close(): Promise<void> {
    if (this.#area.isShown) this.#area.abandon("");
    await this.#session.close();
    this.#area.close();
  }

  #read(prompt: string, history: readonly string[]): Promise<ReadResult> {
    return this.#session.read(() => {
      this.#area.start(prompt, history, this.#session.hasScreen);
      this.#handleKeys();
    });
  }

  /** Keys are handled one after the other; Tab may take its time, Ctrl-C never waits for it. */
  #handleKeys(): void {
    if (this.#session.isInterruptible || this.#completing) this.#handleUrgent();
    if (this.#isHandling) return;
    this.#isHandling = true;
    try {
      while (this.#session.isReading && !this.#completing && this.#session.hasScreen) {
        const key = this.#input.next();
        if (key === undefined) break;
        if (isText(key) && this.#search === null) this.#insert(key.text + this.#input.takeText());
        else this.#handleKey(key);
      }
    } finally {
      this.#isHandling = false;
    }
  }

  /** What does not wait for its turn while a command runs or Tab is being worked on. */
  #handleUrgent(): void {
    if (this.#input.takeInterrupt()) {
      if (this.#session.isReading) this.#dropLine();
      else this.#session.interrupt();
    }
    if (!this.#session.isReading && this.#input.takeSuspend()) void this.#session.suspend();
  }

  #handleKey(key: Key): void {
    if (this.#search && !this.#stepSearch(this.#search, key)) return;
    this.#tabs = key.info.name === "tab" ? this.#tabs + 1 : 0;
    const isEmpty = this.#area.line === "";
    if (isCtrl(key, "c")) this.#dropLine();
    else if (isCtrl(key, "d") && isEmpty) this.#finish("", { kind: "end" });
    else if (isCtrl(key, "z")) this.#suspend();
    else if (isCtrl(key, "r") && !this.#isAsking) this.#beginSearch();
    else if (key.info.name === "tab") this.#pressTab(key);
    else if (isLineEnd(key)) this.#area.press({ ...key, info: { name: "return" } });
    else if (key.text === undefined || !isStrayControl(key)) this.#press(key);
  }

  /** What was cut out may be put in again and again. */
  #press(key: Key): void {
    this.#area.press(key);
    const { line, cursor } = this.#area;
    if (line.length <= LONGEST_LINE) return;
    const fitting = withoutHalf(line.slice(0, LONGEST_LINE));
    this.#area.replace(this.#prompt, fitting, Math.min(cursor, fitting.length));
    this.#session.output.push(BELL);
  }

  /** A whole run at once: to draw the line for each letter of a paste takes time in squares. */
  #insert(text: string): void {
    this.#tabs = 0;
    const room = Math.max(0, LONGEST_LINE - this.#area.line.length);
    if (text.length > room) this.#session.output.push(BELL);
    const fitting = text.length > room ? withoutHalf(text.slice(0, room)) : text;
    if (fitting !== "") this.#area.insert(fitting);
  }

  #enter(line: string): void {
    if (!this.#isAsking) this.#options.history.add(line);
    this.#session.settle({ kind: "line", text: line });
  }

  #dropLine(): void {
    this.#search = null;
    this.#completing = null;
    this.#finish("^C", { kind: "interrupt" });
  }

  #finish(mark: string, result: ReadResult): void {
    this.#area.abandon(mark);
    this.#session.settle(result);
  }

  #suspend(): void {
    this.#area.abandon("^Z");
    void this.#session.suspend();
  }

  /** After a stop, or another program's use of the terminal. */
  #showAgain(): void {
    if (this.#session.isReading) this.#area.redraw();
    this.#handleKeys();
  }

  #pressTab(key: Key): void {
    // Pasted text is not a request to complete; a tab would spoil the columns of the line.
    if (key.isPasted) return this.#insert(" ");
    if (!this.#isAsking) void this.#complete();
  }

  async #complete(): Promise<void> {
    const token = Symbol("completion");
    this.#completing = token;
    const { line, cursor } = this.#area;
    try {
      const completion = await this.#options.complete(line, cursor);
      if (this.#completing !== token || !this.#session.isReading) return;
      const completed = completeLine(line, cursor, completion);
      if (completed.choices.length > 0 && this.#tabs < 2) {
        this.#session.output.push(BELL);
      } else if (completed.choices.length > 0) {
        const columns = this.#options.terminal.size().columns;
        this.#printNow(layOutColumns(completed.choices, columns), { keepsLine: true });
      } else if (completed.line !== line || completed.cursor !== cursor) {
        this.#area.replace(this.#prompt, completed.line, completed.cursor);
      }
    } catch {
      // No completion is better than no shell; whoever completes reports what went wrong.
    } finally {
      if (this.#completing === token) this.#completing = null;
      this.#handleKeys();
    }
  }

  #beginSearch(): void {
    this.#search = startSearch(this.#area.line, this.#area.cursor);
    this.#showSearch(this.#search);
  }

  /** True when the key is still to be handled. */
  #stepSearch(state: ReverseSearch, key: Key): boolean {
    const { entries } = this.#options.history;
    const step = searchStep(state, key, entries);
    if (step.kind === "search") {
      if (step.state === state) return false;
      this.#search = step.state;
      this.#showSearch(step.state);
      return false;
    }
    this.#search = null;
    const { line, cursor } = step.kind === "cancel" ? state.original : foundLine(state, entries);
    this.#area.replace(this.#prompt, line, cursor);
    return step.kind === "accept";
  }

  #showSearch(state: ReverseSearch): void {
    const { line, cursor } = foundLine(state, this.#options.history.entries);
    this.#area.replace(searchPrompt(state), line, cursor);
  }

  #printNow(text: string, options: { keepsLine?: boolean } = {}): void {
    if (options.keepsLine) this.#area.leave();
    this.#session.output.push(this.#render(text));
    if (options.keepsLine) this.#area.redraw();
  }

  #render(text: string): string {
    return this.#area.isShown ? this.#area.renderAbove(text) : text;
  }
}

/** Half of a surrogate pair at the end is no character. */
function withoutHalf(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, "");
}

/** Control characters that readline would put into the line as they are. */
function isStrayControl(key: Key): boolean {
  return key.info.name === undefined && /\p{Cc}/u.test(key.text ?? "") && key.info.ctrl !== true;
}
