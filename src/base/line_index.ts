/** Lines and columns of offsets in a text. */

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters (code points). */
  readonly column: number;
}

/** Where the lines of a text begin; made once per text, asked many times. */
export class LineIndex {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (const match of text.matchAll(/\r\n?|\n/g)) {
      this.#starts.push(match.index + match[0].length);
    }
  }

  /** Offsets outside the text mean its nearest end. */
  position(offset: number): Position {
    const line = this.line(offset);
    const { start, end } = this.range(line);
    return { line, column: countCharacters(this.#text, start, Math.min(offset, end)) + 1 };
  }

  line(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Offsets of the first character of a line and of the end of its text, line break excluded. */
  range(line: number): { readonly start: number; readonly end: number } {
    const start = this.#starts[line - 1] ?? this.#text.length;
    let end = this.#starts[line] ?? this.#text.length;
    while (end > start && (this.#text[end - 1] === "\n" || this.#text[end - 1] === "\r")) end--;
    return { start, end };
  }
}

function countCharacters(text: string, start: number, end: number): number {
  let count = 0;
  for (let offset = start; offset < end; count++) {
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  }
  return count;
}
