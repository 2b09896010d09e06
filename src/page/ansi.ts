/** Colours of a terminal (SGR) in lines of a log, as pieces of text with classes. Pure. */

export interface Piece {
  readonly text: string;
  /** Names of classes, "" for plain text. */
  readonly classes: string;
  /** "rgb(1 2 3)": beyond the sixteen that the page has. */
  readonly foreground?: string;
  readonly background?: string;
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

/** One of the sixteen by its number, or any other as CSS has it; null: what it is without one. */
type Colour = number | string | null;

/** Reads lines one after the other: a colour holds until it is changed. */
export class AnsiReader {
  #effects: ReadonlySet<string> = new Set();
  #foreground: Colour = null;
  #background: Colour = null;

  read(line: string): Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    const take = (to: number) => {
      if (to > from) pieces.push({ text: line.slice(from, to), ...this.#look() });
    };
    for (const match of line.matchAll(CONTROL)) {
      take(match.index);
      from = match.index + match[0].length;
      if (match[1] !== undefined) this.#apply(match[1].split(";"));
    }
    take(line.length);
    return pieces;
  }

  #look(): Omit<Piece, "text"> {
    const foreground = this.#foreground;
    const background = this.#background;
    const classes = [...this.#effects, classOf("fg", foreground), classOf("bg", background)];
    return {
      classes: classes.filter(Boolean).join(" "),
      ...(typeof foreground === "string" && { foreground }),
      ...(typeof background === "string" && { background }),
    };
  }

  #apply(words: readonly string[]): void {
    for (let at = 0; at < words.length; at++) {
      const [code = 0, ...parts] = words[at]!.split(":").map(Number);
      const effect = EFFECTS[code];
      const ended = ENDS[code];
      if (code === 0) this.#reset();
      else if (code === 4 && parts[0] === 0) this.#end(["underline"]);
      else if (effect !== undefined) this.#effects = this.#effects.union(new Set([effect]));
      else if (ended !== undefined) this.#end(ended);
      else if (code === 38 || code === 48) {
        const isOneWord = parts.length > 0;
        const [kind = 0, ...values] = isOneWord ? parts : words.slice(at + 1, at + 5).map(Number);
        // Between colons there may be a colour space before red, green and blue.
        if (isOneWord && kind === 2 && values.length > 3) values.shift();
        this.#paint(code === 38, colourOf(kind, values));
        if (!isOneWord) at += kind === 5 ? 2 : 4;
      } else if (code === 39 || code === 49) this.#paint(code === 39, null);
      else if (code >= 30 && code <= 37) this.#paint(true, code - 30);
      else if (code >= 40 && code <= 47) this.#paint(false, code - 40);
      else if (code >= 90 && code <= 97) this.#paint(true, code - 82);
      else if (code >= 100 && code <= 107) this.#paint(false, code - 92);
    }
  }

  #reset(): void {
    this.#effects = new Set();
    this.#foreground = null;
    this.#background = null;
  }

  #end(effects: readonly string[]): void {
    this.#effects = this.#effects.difference(new Set(effects));
  }

  #paint(isForeground: boolean, colour: Colour): void {
    if (isForeground) this.#foreground = colour;
    else this.#background = colour;
  }
}

function classOf(what: "fg" | "bg", colour: Colour): string {
  if (colour === null) return "";
  return typeof colour === "number" ? `${what}-${colour}` : `${what}-own`;
}

/** What follows 38 and 48: 5 and a number, or 2 and red, green, blue. */
function colourOf(kind: number, [first = -1, green = -1, blue = -1]: readonly number[]): Colour {
  if (kind === 2) return rgb(first, green, blue);
  if (kind !== 5 || !isByte(first)) return null;
  if (first < 16) return first;
  if (first >= 232) {
    const grey = 8 + 10 * (first - 232);
    return rgb(grey, grey, grey);
  }
  const cube = first - 16;
  const side = (step: number) => step === 0 ? 0 : 55 + 40 * step;
  return rgb(side(Math.floor(cube / 36)), side(Math.floor(cube / 6) % 6), side(cube % 6));
}

function rgb(...sides: readonly number[]): string | null {
  return sides.every(isByte) ? `rgb(${sides.join(" ")})` : null;
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255;
}
