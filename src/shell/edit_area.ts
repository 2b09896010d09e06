/**
 * The prompt and the line being typed, as lines of the screen. Editing is node:readline's; this
 * adds what it lacks: taking the area off the screen and putting it back elsewhere.
 */
import { createInterface, type Interface } from "node:readline";
import { Readable, Writable } from "node:stream";
import type { Key } from "./keys.ts";

/**
 * Properties of readline's that are not marked as writable, but which it reads afresh every time.
 * `prevRows` is the row of the cursor within the area, which its next redraw starts from.
 */
type EditableInterface = Omit<Interface, "line" | "cursor" | "terminal"> & {
  line: string;
  cursor: number;
  history: string[];
  historyIndex: number;
  prevRows: number;
};

const ERASE_BELOW = "\x1b[0J";

export interface EditAreaOptions {
  /** Of the terminal; 0 when it does not know. */
  readonly columns: () => number;
  readonly write: (text: string) => void;
  readonly onLine: (line: string) => void;
}

export class EditArea {
  readonly #screen: Screen;
  readonly #readline: EditableInterface;
  #isShown = false;

  constructor(options: EditAreaOptions) {
    this.#screen = new Screen(options);
    this.#readline = createInterface({
      input: new Readable({ read() {} }),
      output: this.#screen,
      terminal: true,
      // Which lines are kept is decided elsewhere.
      historySize: 0,
    }) as unknown as EditableInterface;
    this.#readline.on("line", (line: string) => {
      this.#isShown = false;
      options.onLine(line);
    });
  }

  get line(): string {
    return this.#readline.line;
  }

  get cursor(): number {
    return this.#readline.cursor;
  }

  get isShown(): boolean {
    return this.#isShown;
  }

  /** Begins a new, empty line. `history` is for the arrow keys, newest first. */
  start(prompt: string, history: readonly string[], isVisible: boolean): void {
    this.#readline.history = [...history];
    this.#readline.historyIndex = -1;
    this.#readline.setPrompt(prompt);
    this.#readline.line = "";
    this.#readline.cursor = 0;
    if (isVisible) this.redraw();
  }

  /** Shows another prompt and line in the place of these. */
  replace(prompt: string, line: string, cursor: number): void {
    this.#readline.setPrompt(prompt);
    this.#readline.line = line;
    this.#readline.cursor = cursor;
    if (!this.#isShown) return;
    this.#readline.prompt(true);
    this.#noteCursorRow();
  }

  /** Every key but those that mean something to the shell as a whole. */
  press(key: Key): void {
    this.#readline.write(key.text as string, key.info);
    this.#noteCursorRow();
  }

  /** As if typed, at the cursor. */
  insert(text: string): void {
    this.#readline.write(text, {});
    this.#noteCursorRow();
  }

  /** Puts the area where the cursor of the terminal is now. */
  redraw(): void {
    this.#isShown = true;
    this.#readline.prevRows = 0;
    this.#readline.prompt(true);
    this.#noteCursorRow();
  }

  /** The text that replaces the area on the screen by `text`, and the area below it. */
  renderAbove(text: string): string {
    return this.#screen.capture(() => {
      this.#screen.print(this.#eraseSequence() + text);
      this.redraw();
    });
  }

  /** Leaves the area on the screen, marked with `mark`, and the cursor on the line below. */
  abandon(mark: string): void {
    this.#screen.print(this.#screen.capture(() => {
      this.replace(this.#readline.getPrompt(), this.line, this.line.length);
      this.#screen.print(`${mark}\r\n`);
    }));
    this.#isShown = false;
  }

  /** Leaves the area as it is; what is printed next comes below it. */
  leave(): void {
    const { cursor } = this;
    this.abandon("");
    this.#readline.cursor = cursor;
  }

  /**
   * Some terminals wrap the area anew when their width changes and some do not. Starting from the
   * smaller of both answers leaves at worst a stale line above; the other way would overwrite
   * output.
   */
  resize(): void {
    if (!this.#isShown) return;
    const rowBefore = this.#readline.prevRows;
    const rowNow = this.#readline.getCursorPos().rows;
    this.#readline.prevRows = Math.min(rowBefore, rowNow);
    this.#readline.prompt(true);
    this.#noteCursorRow();
  }

  close(): void {
    this.#isShown = false;
    this.#readline.close();
  }

  /** Readline forgets to, when a text or a wide character crosses the right edge. */
  #noteCursorRow(): void {
    this.#readline.prevRows = this.#readline.getCursorPos().rows;
  }

  #eraseSequence(): string {
    const rows = this.#readline.prevRows;
    return `${rows > 0 ? `\x1b[${rows}A` : ""}\r${ERASE_BELOW}`;
  }
}

/** What readline takes for the terminal. */
class Screen extends Writable {
  readonly #options: EditAreaOptions;
  #captured: string | null = null;

  constructor(options: EditAreaOptions) {
    super({ decodeStrings: false });
    this.#options = options;
  }

  /** Readline takes 0 for "as wide as needed". */
  get columns(): number {
    return this.#options.columns();
  }

  print(text: string): void {
    if (this.#captured === null) this.#options.write(text);
    else this.#captured += text;
  }

  /** What `draw` prints, instead of printing it. */
  capture(draw: () => void): string {
    const outer = this.#captured;
    this.#captured = "";
    try {
      draw();
      return this.#captured;
    } finally {
      this.#captured = outer;
    }
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.print(chunk);
    done();
  }
}
