/** What a person would see: a terminal emulator without a window. */
import xterm from "@xterm/headless";

/** The emulator knows no narrower terminal. */
const FEWEST_COLUMNS = 2;

export class Screen {
  readonly #terminal: xterm.Terminal;

  constructor(size: { readonly rows: number; readonly cols: number }) {
    this.#terminal = new xterm.Terminal({
      cols: Math.max(size.cols, FEWEST_COLUMNS),
      rows: Math.max(size.rows, 1),
      scrollback: 100_000,
      allowProposedApi: true,
    });
  }

  /** Resolves when the bytes are on the screen. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  resize(rows: number, cols: number): void {
    this.#terminal.resize(Math.max(cols, FEWEST_COLUMNS), Math.max(rows, 1));
  }

  /** The visible rows, without the blanks at their ends and the empty rows below. */
  text(): string {
    const buffer = this.#terminal.buffer.active;
    return this.#rows(buffer.viewportY, buffer.viewportY + this.#terminal.rows);
  }

  /** The same together with everything that was scrolled away. */
  fullText(): string {
    return this.#rows(0, this.#terminal.buffer.active.length);
  }

  /** The last row that is not empty. */
  lastLine(): string {
    return this.text().split("\n").at(-1) ?? "";
  }

  /** Counted from 0. */
  cursor(): { readonly row: number; readonly column: number } {
    const buffer = this.#terminal.buffer.active;
    return { row: buffer.cursorY, column: buffer.cursorX };
  }

  /** Resolves when what was written is on the screen: until then the emulator has a timer. */
  async close(): Promise<void> {
    await this.write(new Uint8Array());
    this.#terminal.dispose();
  }

  #rows(from: number, to: number): string {
    const rows: string[] = [];
    for (let row = from; row < to; row++) {
      rows.push(this.#terminal.buffer.active.getLine(row)?.translateToString(true) ?? "");
    }
    return rows.join("\n").trimEnd();
  }
}
