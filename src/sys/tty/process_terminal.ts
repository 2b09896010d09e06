/**
 * The terminal of one process, for those who watch it. It outlives the children of the process: each
 * has a pseudo-terminal of its own, and they follow each other on one screen.
 */
import { AlternateScreen } from "../../base/alternate_screen.ts";
import { TERMINAL_RESET, terminalReset } from "../../base/terminal_reset.ts";
import type {
  AttachEnd,
  AttachListener,
  AttachOptions,
  WindowSize,
} from "../../ports/attachment.ts";
import type { Emulator, EmulatorFactory } from "./emulator.ts";
import { Screen } from "./screen.ts";
import type { TerminalLine } from "./terminal_line.ts";
import type { Turn } from "./turn.ts";
import { Viewer, type Watched } from "./viewer.ts";
import { within } from "../within.ts";

const FIRST_SIZE: WindowSize = { columns: 80, rows: 24 };
/** In either direction: each place on the screen costs memory, and a viewer may say anything. */
const MOST_CHARACTERS = 1000;
/** A bottom that no terminal is taller than. */
const TO_BOTTOM = "\x1b[9999;1H";
const CLEAR = `${TERMINAL_RESET}\x1b[2J`;
/** What an ended program has written is there sooner, unless something else holds its terminal. */
const SETTLE_LIMIT_MS = 300;
/** A terminal that does not end is ended by force before that (`terminal_line.ts`). */
const TURN_LIMIT_MS = 3000;

export interface ProcessTerminalOptions {
  readonly emulator: Promise<EmulatorFactory | null>;
  /** Resolves when all that is in the FIFO now was passed to `feed`. */
  readonly drain: (options: { readonly limitMs: number }) => Promise<void>;
}

export class ProcessTerminal implements Watched {
  readonly #options: ProcessTerminalOptions;
  readonly #screen: Screen;
  readonly #viewers = new Set<Viewer>();
  readonly #alternate = new AlternateScreen();
  #line: TerminalLine | null = null;
  #ending: Promise<void> = Promise.resolve();
  /** While a new child waits for its turn. */
  #follows: Promise<void> | null = null;
  #size = FIRST_SIZE;
  /** The screen may not be what the program takes it to be: it is asked to draw it anew. */
  #isUncertain = false;

  constructor(options: ProcessTerminalOptions) {
    this.#options = options;
    this.#screen = new Screen({
      size: FIRST_SIZE,
      emulator: options.emulator,
      // With viewers it is their terminals that answer.
      onReply: (bytes) => this.#viewers.size === 0 && void this.#line?.write(bytes),
    });
  }

  get size(): WindowSize {
    return this.#size;
  }

  /** A child is about to be started on it, whose output waits for its turn. */
  connect(line: TerminalLine, turn: Turn): void {
    if (this.#line !== null) void this.disconnect();
    this.#line = line;
    const follows = this.#settle(TURN_LIMIT_MS).then(() => {
      const reset = terminalReset({ isAlternate: this.#alternate.isShown });
      this.feed(new TextEncoder().encode(`${reset}\r\n`));
      for (const viewer of this.#viewers) viewer.catchUp();
      if (this.#follows === follows) this.#follows = null;
      turn.give();
    });
    this.#follows = follows;
  }

  /** A child of an earlier taskmaster runs on it; `past` is the end of what it has written. */
  reconnect(line: TerminalLine | null, past: Promise<Uint8Array>): void {
    this.#line = line;
    this.#isUncertain = true;
    this.#setSize(line?.size ?? this.#size);
    this.#screen.recall(past);
    void past.then((bytes) => this.#alternate.feed(bytes));
  }

  /** The child and all that belongs to it have ended. */
  disconnect(): Promise<void> {
    const line = this.#line;
    this.#line = null;
    if (line !== null) this.#ending = Promise.all([this.#ending, line.end()]).then(() => {});
    return this.#ending;
  }

  feed(bytes: Uint8Array): void {
    this.#alternate.feed(bytes);
    this.#screen.feed(bytes);
    for (const viewer of this.#viewers) viewer.take(bytes);
  }

  attach(options: AttachOptions, listener: AttachListener): Viewer {
    const viewer = new Viewer(options, listener, this);
    this.#viewers.add(viewer);
    this.fit();
    if (this.#isUncertain) this.#askForRedraw();
    viewer.start();
    return viewer;
  }

  /** Resolves when nothing of it is left. */
  async close(reason: AttachEnd): Promise<void> {
    await this.disconnect();
    this.#cutOff(reason);
    await this.#screen.close();
  }

  /** The child goes on, for the next taskmaster. */
  async leave(): Promise<void> {
    this.#cutOff("supervisor_ended");
    this.#line?.leave();
    await this.#screen.close();
  }

  draw(
    { rows, withHistory }: { readonly rows: number; readonly withHistory: boolean },
  ): Promise<Uint8Array> {
    return this.#screen.look((emulator) => {
      const screen = emulator?.screen() ?? CLEAR;
      const history = withHistory && emulator !== null ? drawHistory(emulator, rows) : "";
      return new TextEncoder().encode(history + screen);
    });
  }

  async settled(): Promise<void> {
    // What follows from the end of a child, the end of its terminal too, is not begun yet.
    await Promise.resolve();
    await (this.#follows ?? this.#settle(SETTLE_LIMIT_MS));
  }

  async write(keys: Uint8Array): Promise<void> {
    await this.#line?.write(keys);
  }

  fit(): void {
    const limiting = [...this.#viewers].filter(({ limitsSize, size }) =>
      limitsSize && size.columns > 0 && size.rows > 0
    );
    if (limiting.length === 0) return;
    const columns = Math.min(MOST_CHARACTERS, ...limiting.map(({ size }) => size.columns));
    const rows = Math.min(MOST_CHARACTERS, ...limiting.map(({ size }) => size.rows));
    const before = this.#size;
    if (columns === before.columns && rows === before.rows) return;
    this.#setSize({ columns, rows });
    this.#line?.resize(this.#size);
    if (columns < before.columns || rows < before.rows) this.#redrawLarger();
  }

  left(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    this.fit();
  }

  async #settle(limitMs: number): Promise<void> {
    await within(limitMs, this.#ending);
    await this.#options.drain({ limitMs: SETTLE_LIMIT_MS });
  }

  #setSize(size: WindowSize): void {
    this.#size = size;
    this.#screen.resize(size);
  }

  /** What they show beyond the program's window is of its larger one: nothing would change it. */
  #redrawLarger(): void {
    for (const viewer of this.#viewers) {
      const { columns, rows } = viewer.size;
      if (columns > this.#size.columns || rows > this.#size.rows) viewer.redraw();
    }
  }

  #cutOff(reason: AttachEnd): void {
    for (const viewer of this.#viewers) viewer.cutOff(reason);
  }

  /** Programs that know the whole screen draw it when its size changes. */
  #askForRedraw(): void {
    this.#isUncertain = false;
    const { columns, rows } = this.#size;
    this.#line?.resize({ columns, rows: rows + 1 });
    this.#line?.resize(this.#size);
  }
}

/** The lines before the screen, scrolled out of the viewer's own. */
function drawHistory(emulator: Emulator, rows: number): string {
  const { text, lines } = emulator.history();
  if (lines === 0) return "";
  const scroll = "\n".repeat(rows > 0 ? Math.min(lines, rows) : lines);
  return `${CLEAR}${text}${TO_BOTTOM}${scroll}`;
}
