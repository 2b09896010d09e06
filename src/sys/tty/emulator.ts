/**
 * A terminal without a window, which knows what the program's screen looks like. It costs some six
 * megabytes of code, so it is loaded only when there is a program with a terminal.
 */
import type { Terminal } from "@xterm/headless";
import type { SerializeAddon } from "@xterm/addon-serialize";
import { TERMINAL_RESET } from "../../base/terminal_reset.ts";
import type { WindowSize } from "../../ports/attachment.ts";

/**
 * By their files, which have no types: what the packages name as their modules for bundlers is not
 * there, or exports something else.
 */
type Headless = { readonly default: typeof import("@xterm/headless") };
type Serialize = { readonly default: typeof import("@xterm/addon-serialize") };

/** Lines that were scrolled away, which are shown to a new viewer; each costs about a kilobyte. */
const HISTORY_LINES = 200;
/** The emulator knows no narrower terminal. */
const FEWEST_COLUMNS = 2;

export interface Emulator {
  /** Resolves when the bytes are on the screen. One call at a time. */
  write(bytes: Uint8Array): Promise<void>;
  resize(size: WindowSize): void;
  /** What draws the screen on a terminal in whatever state, and the modes it is in. */
  screen(): string;
  /** The lines that were scrolled away, without what the terminal's modes are. */
  history(): { readonly text: string; readonly lines: number };
  close(): void;
}

/** `onReply` gets what a terminal answers to the program's questions. */
export type EmulatorFactory = (
  size: WindowSize,
  onReply: (bytes: Uint8Array) => void,
) => Emulator;

let loading: Promise<EmulatorFactory> | undefined;

/** Loads it once. Rejects where the modules may not be read any more. */
export function loadEmulator(): Promise<EmulatorFactory> {
  return loading ??= load();
}

async function load(): Promise<EmulatorFactory> {
  const [{ default: xterm }, { default: serialize }] = await Promise.all([
    import("@xterm/headless/lib-headless/xterm-headless.js") as Promise<Headless>,
    import("@xterm/addon-serialize/lib/addon-serialize.js") as Promise<Serialize>,
  ]);
  return ({ columns, rows }, onReply) => {
    const options = { cols: columns, rows, scrollback: HISTORY_LINES, allowProposedApi: true };
    const terminal = new xterm.Terminal(options);
    const encoder = new TextEncoder();
    terminal.onData((text) => onReply(encoder.encode(text)));
    return new XtermEmulator(terminal, new serialize.SerializeAddon());
  };
}

class XtermEmulator implements Emulator {
  readonly #terminal: Terminal;
  readonly #serializer: SerializeAddon;
  readonly #extra: ExtraModes;

  constructor(terminal: Terminal, serializer: SerializeAddon) {
    this.#terminal = terminal;
    this.#serializer = serializer;
    terminal.loadAddon(serializer);
    this.#extra = new ExtraModes(terminal);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  resize({ columns, rows }: WindowSize): void {
    this.#terminal.resize(Math.max(columns, FEWEST_COLUMNS), Math.max(rows, 1));
  }

  screen(): string {
    const text = this.#serializer.serialize({ scrollback: 0 });
    return `${TERMINAL_RESET}\x1b[2J${text}${this.#extra.text()}`;
  }

  history(): { readonly text: string; readonly lines: number } {
    const { type, baseY: lines } = this.#terminal.buffer.active;
    if (type !== "normal" || lines === 0) return { text: "", lines: 0 };
    const range = { start: 0, end: lines - 1 };
    const text = this.#serializer.serialize({ range, excludeModes: true, excludeAltBuffer: true });
    return { text: `${text}\x1b[0m`, lines };
  }

  close(): void {
    this.#terminal.dispose();
  }
}

/** What the serializer leaves out. */
class ExtraModes {
  readonly #terminal: Terminal;
  #isCursorHidden = false;
  /** How the mouse is reported. */
  readonly #encodings = new Set<number>();
  #margins: { readonly top: number; readonly bottom: number } | null = null;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    // Each handler lets the emulator's own handle the sequence as well.
    const { parser } = terminal;
    parser.registerCsiHandler({ prefix: "?", final: "h" }, (modes) => this.#set(modes, true));
    parser.registerCsiHandler({ prefix: "?", final: "l" }, (modes) => this.#set(modes, false));
    parser.registerCsiHandler({ final: "r" }, ([top, bottom]) => this.#setMargins(top, bottom));
    parser.registerCsiHandler({ intermediates: "!", final: "p" }, () => this.#softReset());
    parser.registerEscHandler({ final: "c" }, () => this.#softReset());
  }

  text(): string {
    const encodings = [...this.#encodings].map((mode) => `\x1b[?${mode}h`).join("");
    const margins = this.#margins === null
      ? ""
      : `\x1b[${this.#margins.top};${this.#margins.bottom}r`;
    return `${encodings}${margins}${this.#cursor()}${this.#isCursorHidden ? "\x1b[?25l" : ""}`;
  }

  /** Margins move the cursor; and behind a row that is full to its end the serializer is off by one. */
  #cursor(): string {
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    const first = this.#terminal.modes.originMode ? this.#margins?.top ?? 1 : 1;
    return `\x1b[${cursorY + 2 - first};${cursorX + 1}H`;
  }

  #set(modes: readonly (number | number[])[], isOn: boolean): boolean {
    for (const mode of modes) {
      if (mode === 25) this.#isCursorHidden = !isOn;
      if (mode !== 1006 && mode !== 1015 && mode !== 1016) continue;
      if (isOn) this.#encodings.add(mode);
      else this.#encodings.delete(mode);
    }
    return false;
  }

  #setMargins(top: number | number[] | undefined, bottom: number | number[] | undefined): boolean {
    const { rows } = this.#terminal;
    const [first, last] = [Number(top) || 1, Math.min(Number(bottom) || rows, rows)];
    this.#margins = first === 1 && last === rows ? null : { top: first, bottom: last };
    return false;
  }

  #softReset(): boolean {
    this.#isCursorHidden = false;
    this.#margins = null;
    return false;
  }
}
