/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The lines of a log in a box of the page, as their bytes come. */
import type { WirePiece } from "../control/wire.ts";
import { AnsiReader, type Piece } from "./ansi.ts";

const MOST_LINES = 5000;
/** In one frame; nobody reads more. */
const MOST_AT_ONCE = 500;
/** Characters; what is longer goes on in another line. */
const LONGEST_LINE = 20_000;
/** The beginning of a control sequence, the rest of which is still to come. */
// deno-lint-ignore no-control-regex
const UNFINISHED = /\x1b(?:\[[0-?]{0,64}[ -/]{0,8}|\][^\x07\x1b]{0,256})?$/;

/** Lines in a box; the view itself is not drawn again for each of them. */
export class LogLines {
  readonly #box: HTMLElement;
  readonly #follows: () => boolean;
  #decoder = new TextDecoder();
  #ansi = new AnsiReader();
  /** The last line, as long as it has no end. */
  #open: { readonly element: HTMLElement; length: number; isReturned: boolean } | null = null;
  #unfinished = "";

  constructor(box: HTMLElement, follows: () => boolean) {
    this.#box = box;
    this.#follows = follows;
  }

  clear(): void {
    this.#box.replaceChildren();
    this.#open = null;
    this.#unfinished = "";
    this.#decoder = new TextDecoder();
    this.#ansi = new AnsiReader();
  }

  take(piece: WirePiece): void {
    switch (piece.kind) {
      case "bytes":
        this.#write(this.#decoder.decode(Uint8Array.fromBase64(piece.bytes), { stream: true }));
        break;
      case "gap":
        this.#note(`${piece.bytes} bytes were skipped, as they came too fast`);
        break;
      case "lost":
        this.#note(`${piece.bytes} bytes were lost: ${piece.reason}`);
    }
    while (this.#box.childElementCount > MOST_LINES) this.#box.firstElementChild!.remove();
    if (this.#follows()) this.#box.scrollTop = this.#box.scrollHeight;
  }

  #write(read: string): void {
    const all = this.#unfinished + read;
    this.#unfinished = UNFINISHED.exec(all)?.[0] ?? "";
    const lines = all.slice(0, all.length - this.#unfinished.length).split("\n");
    const rest = lines.pop()!;
    const skipped = lines.length - MOST_AT_ONCE;
    if (skipped > 0) this.#note(`${skipped} lines are left out, as they came too fast`);
    for (const line of lines.slice(-MOST_AT_ONCE)) {
      this.#line(line.replace(/\r+$/, ""));
      this.#open = null;
    }
    if (rest !== "") this.#line(rest);
  }

  /** The rest of the line that is open, or a new one. */
  #line(text: string): void {
    for (let from = 0; from < text.length || from === 0; from += LONGEST_LINE) {
      this.#piece(text.slice(from, from + LONGEST_LINE));
    }
  }

  #piece(text: string): void {
    if ((this.#open?.length ?? 0) + text.length > LONGEST_LINE) this.#open = null;
    const open = this.#open ??= { element: this.#add(), length: 0, isReturned: false };
    const { element } = open;
    open.length += text.length;
    // A carriage return begins the line anew, as bars of progress do.
    for (const [index, part] of text.split("\r").entries()) {
      if (index > 0) open.isReturned = true;
      if (part === "") continue;
      if (open.isReturned) {
        element.replaceChildren();
        open.length = part.length;
      }
      open.isReturned = false;
      for (const piece of this.#ansi.read(part)) element.append(spanOf(piece));
    }
    element.hidden = !isWanted(element, this.#box.dataset.search ?? "");
  }

  #note(text: string): void {
    this.#open = null;
    const element = this.#add();
    element.className = "note";
    element.textContent = text;
  }

  #add(): HTMLElement {
    const element = document.createElement("div");
    this.#box.append(element);
    return element;
  }
}

function spanOf({ text, classes, foreground, background }: Piece): HTMLElement {
  const span = document.createElement("span");
  span.className = classes;
  span.textContent = text;
  if (foreground !== undefined) span.style.setProperty("--fg", foreground);
  if (background !== undefined) span.style.setProperty("--bg", background);
  return span;
}

function isWanted({ textContent }: HTMLElement, search: string): boolean {
  return (textContent ?? "").toLowerCase().includes(search.toLowerCase());
}

export function showOnly(box: HTMLElement, search: string): void {
  for (const line of box.children) {
    (line as HTMLElement).hidden = !isWanted(line as HTMLElement, search);
  }
}
