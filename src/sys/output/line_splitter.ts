/** Bytes as they come to whole lines of text, in bounded memory. */

/** A longer line is cut into several. */
const LONGEST_LINE = 16_384;

export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #part = "";

  /** The lines that are complete now, without their ends. */
  push(bytes: Uint8Array<ArrayBuffer>): string[] {
    const lines = (this.#part + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#part = lines.pop()!;
    while (this.#part.length > LONGEST_LINE) {
      lines.push(this.#part.slice(0, LONGEST_LINE));
      this.#part = this.#part.slice(LONGEST_LINE);
    }
    return lines.map((line) => line.endsWith("\r") ? line.slice(0, -1) : line);
  }

  /** What is there of a line that nobody will end; none if there is nothing. */
  rest(): string[] {
    const part = this.#part + this.#decoder.decode();
    this.#part = "";
    return part === "" ? [] : [part];
  }
}
