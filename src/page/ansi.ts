/** Colours of a terminal (SGR) in lines of a log, as pieces of text with classes. Pure. */

export interface Piece {
  readonly text: string;
  /** Names of classes, "" for plain text. */
  readonly classes: string;
}

// Colours; other control sequences, titles of windows among them; what else has no picture.
const CONTROL =
  // deno-lint-ignore no-control-regex
  /\x1b\[([0-9;:]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x00-\x08\x0b-\x1f\x7f]/g;

const EFFECTS: Readonly<Record<number, string>> = {
  1: "bold",
  2: "dim",
  3: "italic",
  4: "underline",
  7: "inverse",
};
/** Code that ends effects → those. */
const ENDS: Readonly<Record<number, readonly string[]>> = {
  22: ["bold", "dim"],
  23: ["italic"],
  24: ["underline"],
  27: ["inverse"],
};

/** Reads lines one after the other: a colour holds until it is changed. */
export class AnsiReader {
  #effects: ReadonlySet<string> = new Set();
  #foreground = "";
  #background = "";

  read(line: string): Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    const take = (to: number) => {
      if (to > from) pieces.push({ text: line.slice(from, to), classes: this.#classes() });
    };
    for (const match of line.matchAll(CONTROL)) {
      take(match.index);
      from = match.index + match[0].length;
      if (match[1] !== undefined) this.#apply(match[1].split(/[;:]/).map(Number));
    }
    take(line.length);
    return pieces;
  }

  #classes(): string {
    return [...this.#effects, this.#foreground, this.#background].filter(Boolean).join(" ");
  }

  #apply(codes: readonly number[]): void {
    for (let at = 0; at < codes.length; at++) {
      const code = codes[at]!;
      const effect = EFFECTS[code];
      const ended = ENDS[code];
      if (code === 0) this.#reset();
      else if (effect !== undefined) this.#effects = this.#effects.union(new Set([effect]));
      else if (ended !== undefined) this.#effects = this.#effects.difference(new Set(ended));
      else if (code === 38 || code === 48) {
        const isIndexed = codes[at + 1] === 5;
        this.#paint(code === 38, isIndexed ? codes[at + 2] ?? -1 : -1);
        at += isIndexed ? 2 : 4;
      } else if (code === 39 || code === 49) this.#paint(code === 39, -1);
      else if (code >= 30 && code <= 37) this.#paint(true, code - 30);
      else if (code >= 40 && code <= 47) this.#paint(false, code - 40);
      else if (code >= 90 && code <= 97) this.#paint(true, code - 82);
      else if (code >= 100 && code <= 107) this.#paint(false, code - 92);
    }
  }

  #reset(): void {
    this.#effects = new Set();
    this.#foreground = "";
    this.#background = "";
  }

  /** Of the sixteen that the page has; any other is shown as plain text. */
  #paint(isForeground: boolean, colour: number): void {
    const name = colour >= 0 && colour < 16 ? String(colour) : "";
    if (isForeground) this.#foreground = name && `fg-${name}`;
    else this.#background = name && `bg-${name}`;
  }
}
