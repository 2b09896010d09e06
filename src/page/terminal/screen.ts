/// <reference lib="dom" />
/** A terminal in a box of the page. Loaded when somebody attaches: it is most of the page's code. */
import { FitAddon } from "@xterm/addon-fit";
import { type ITheme, Terminal } from "@xterm/xterm";
import css from "@xterm/xterm/css/xterm.css" with { type: "text" };
import type { WindowSize } from "../../ports/attachment.ts";
import { addStyles, allowStyles } from "./allowed_styles.ts";

const HISTORY_LINES = 2000;
const LEAST_CONTRAST = 4.5;
const DARK = "(prefers-color-scheme: dark)";

allowStyles();
addStyles(css);

export interface ScreenOptions {
  readonly box: HTMLElement;
  /** For those who cannot see it. */
  readonly label: string;
  readonly isReadOnly: boolean;
  /** Typed or pasted, or what a terminal answers to questions. */
  onKeys(bytes: Uint8Array): void;
  onSize(size: WindowSize): void;
}

export class Screen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #ended = new AbortController();

  constructor({ box, label, isReadOnly, onKeys, onSize }: ScreenOptions) {
    const terminal = new Terminal({
      fontFamily: getComputedStyle(box).fontFamily,
      fontSize: parseFloat(getComputedStyle(box).fontSize),
      scrollback: HISTORY_LINES,
      minimumContrastRatio: LEAST_CONTRAST,
      theme: themeOf(box),
      disableStdin: isReadOnly,
      rescaleOverlappingGlyphs: true,
    });
    this.#terminal = terminal;
    terminal.loadAddon(this.#fit);
    terminal.attachCustomKeyEventHandler((event) =>
      isReadOnly ? isScrolling(event) : !this.#isCopying(event)
    );
    terminal.open(box);
    terminal.textarea?.setAttribute("aria-label", label);
    const encoder = new TextEncoder();
    terminal.onData((text) => onKeys(encoder.encode(text)));
    terminal.onBinary((text) => onKeys(Uint8Array.from(text, (letter) => letter.charCodeAt(0))));
    terminal.onResize(() => onSize(this.size));
    this.#fit.fit();
    const observer = new ResizeObserver(() => this.#fit.fit());
    observer.observe(box);
    const { signal } = this.#ended;
    signal.addEventListener("abort", () => observer.disconnect());
    matchMedia(DARK).addEventListener("change", () => terminal.options.theme = themeOf(box), {
      signal,
    });
  }

  get size(): WindowSize {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  write(bytes: Uint8Array, onDrawn?: () => void): void {
    this.#terminal.write(bytes, onDrawn);
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Its text is told to screen readers, which costs time for each line. */
  speak(isOn: boolean): void {
    this.#terminal.options.screenReaderMode = isOn;
  }

  close(): void {
    this.#ended.abort();
    this.#terminal.dispose();
  }

  /** Ctrl-C copies what is selected, and is a key for the program otherwise. */
  #isCopying({ type, key, ctrlKey, altKey }: KeyboardEvent): boolean {
    const isCtrlC = ctrlKey && !altKey && key.toLowerCase() === "c";
    if (!isCtrlC || !this.#terminal.hasSelection()) return false;
    if (type === "keyup") this.#terminal.clearSelection();
    return true;
  }
}

function isScrolling({ shiftKey, key }: KeyboardEvent): boolean {
  return shiftKey && ["PageUp", "PageDown", "Home", "End"].includes(key);
}

/** The colours of the page, under which it is as readable as the rest. */
function themeOf(box: HTMLElement): ITheme {
  const { color, backgroundColor } = getComputedStyle(box);
  return {
    foreground: color,
    background: backgroundColor,
    cursor: color,
    cursorAccent: backgroundColor,
    selectionBackground: matchMedia(DARK).matches ? "#2c5480" : "#b5d3f5",
  };
}
