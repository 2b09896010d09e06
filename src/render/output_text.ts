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
    const text = lines.map((line) => this.#harmless(line) + "\n").join("");
    if (this.#rest.length <= LONGEST_LINE) return text;
    return text + this.end();
  }

  /** What is left, as a line of its own. */
  end(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest === "" ? "" : this.#harmless(rest) + "\n";
  }

  #harmless(line: string): string {
    const plain = line.endsWith("\r") ? line.slice(0, -1) : line;
    const colours = plain.match(COLOUR) ?? [];
    if (colours.length === 0 || !this.#isColoured) return shown(plain.replace(COLOUR, ""));
    const parts = plain.split(COLOUR).map(shown);
    return parts.map((part, index) => part + (colours[index] ?? "")).join("") + RESET;
  }
}

function shown(text: string): string {
  return text.split("\t").map(visible).join("\t");
}
