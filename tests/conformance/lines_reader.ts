/** Reads a file that grows, each line once. */
import { closeSync, openSync, readSync } from "node:fs";

const CHUNK = 64 * 1024;

export class LinesReader {
  readonly #path: string;
  readonly #decoder = new TextDecoder();
  #offset = 0;
  #rest = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** Whole lines that were not there before; none while there is no file. */
  next(): string[] {
    const lines = (this.#rest + this.#read()).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }

  #read(): string {
    const file = openIfThere(this.#path);
    if (file === null) return "";
    const buffer = new Uint8Array(CHUNK);
    let text = "";
    try {
      for (let length = 1; length > 0; this.#offset += length) {
        length = readSync(file, buffer, 0, CHUNK, this.#offset);
        text += this.#decoder.decode(buffer.subarray(0, length), { stream: true });
      }
    } finally {
      closeSync(file);
    }
    return text;
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
