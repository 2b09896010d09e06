/** The output of a program as text for a terminal: in whole lines, and harmless. */
import { COLOUR, visible } from "../base/visible.ts";

/** Longer lines are shown in pieces, so that a program which writes no line end shows at all. */
const LONGEST_LINE = 16_384;

const RESET = "\u001b[0m";

export class OutputText {
  readonly #decoder = new TextDecoder();
  readonly #isColoured: boolean;
  #rest = "";

  /** Colours of the program are kept only for a reader who wants colours. */
  constructor({ colour }: { readonly colour: boolean }) {
    this.#isColoured = colour;
  }

  /** The lines that these bytes complete; what is left waits for more. */
  add(bytes: Uint8Array): string {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    const text = lines.map((line) => this.#shown(line) + "\n").join("");
    if (this.#rest.length <= LONGEST_LINE) return text;
    return text + this.end();
  }

  /** What is left, as a line of its own. */
  end(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest === "" ? "" : this.#shown(rest) + "\n";
  }

  #shown(line: string): string {
    return harmlessLine(line.endsWith("\r") ? line.slice(0, -1) : line, {
      colour: this.#isColoured,
    });
  }
}

/** One line without its end: nothing in it moves the cursor; colours stay where they are wanted. */
export function harmlessLine(line: string, { colour }: { readonly colour: boolean }): string {
  const colours = line.match(COLOUR) ?? [];
  if (colours.length === 0 || !colour) return shown(line.replace(COLOUR, ""));
  const parts = line.split(COLOUR).map(shown);
  return parts.map((part, index) => part + (colours[index] ?? "")).join("") + RESET;
}

function shown(text: string): string {
  return text.split("\t").map(visible).join("\t");
}
