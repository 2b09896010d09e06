/** Keys in the order in which they came, handed out one at a time to whoever reads at the moment. */
import { isCtrl, isText, type Key, KeyDecoder } from "./keys.ts";

const CTRL_C = 3;
const CTRL_Z = 26;

/** What was typed while nobody reads waits, as bytes: a paste may be long. */
export class KeyInput {
  readonly #decoder: KeyDecoder;
  readonly #onKeys: () => void;
  #chunks: Uint8Array[] = [];
  #keys: Key[] = [];

  /** `onKeys` is called when `next` has something again. */
  constructor(onKeys: () => void) {
    this.#onKeys = onKeys;
    this.#decoder = new KeyDecoder((key) => {
      this.#keys.push(key);
      this.#onKeys();
    });
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#onKeys();
  }

  next(): Key | undefined {
    while (this.#keys.length === 0) {
      const bytes = this.#chunks.shift();
      if (bytes === undefined) return undefined;
      this.#keys = this.#decoder.decode(bytes);
    }
    return this.#keys.shift();
  }

  /** The text that follows, up to the next key that does something else. */
  takeText(): string {
    const end = this.#keys.findIndex((key) => !isText(key));
    const keys = this.#keys.splice(0, end < 0 ? this.#keys.length : end);
    return keys.map(({ text }) => text).join("");
  }

  /** Throws away everything up to the first Ctrl-C, and says whether there was one. */
  takeInterrupt(): boolean {
    const keyIndex = this.#keys.findIndex((key) => isCtrl(key, "c"));
    if (keyIndex >= 0) {
      this.#keys = this.#keys.slice(keyIndex + 1);
      return true;
    }
    const rest = this.#cutAt(CTRL_C);
    if (rest === null) return false;
    this.#keys = [];
    this.#chunks = [rest.after, ...this.#chunks.slice(rest.index + 1)];
    return true;
  }

  /** Takes the first Ctrl-Z out, and says whether there was one. */
  takeSuspend(): boolean {
    const rest = this.#cutAt(CTRL_Z);
    if (rest === null) return false;
    this.#chunks.splice(rest.index, 1, rest.before, rest.after);
    return true;
  }

  /** Control characters are never part of another character or key. */
  #cutAt(byte: number) {
    const index = this.#chunks.findIndex((bytes) => bytes.includes(byte));
    const chunk = this.#chunks[index];
    if (chunk === undefined) return null;
    const position = chunk.indexOf(byte);
    return { index, before: chunk.subarray(0, position), after: chunk.subarray(position + 1) };
  }
}
