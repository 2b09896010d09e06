/** Bytes from the terminal → keys. */
import { emitKeypressEvents, type Key as ReadlineKey } from "node:readline";
import { Readable } from "node:stream";

export interface Key {
  /** The text that the key types; undefined for function keys. */
  readonly text: string | undefined;
  /** As node:readline describes it. */
  readonly info: ReadlineKey;
  /** Text follows in the same read: probably pasted, not typed. */
  readonly isPasted: boolean;
}

/** Keeps what is cut in the middle of a character or an escape sequence until the rest comes. */
export class KeyDecoder {
  readonly #source = new Readable({ read() {} });
  #keys: Omit<Key, "isPasted">[] = [];

  /** `onLateKey`: a key that was only recognised when nothing followed it, as Escape. */
  constructor(onLateKey: (key: Key) => void) {
    let isDecoding = false;
    emitKeypressEvents(this.#source);
    this.#source.on("keypress", (text: string | undefined, info: ReadlineKey) => {
      if (isDecoding) this.#keys.push({ text, info });
      else onLateKey({ text, info, isPasted: false });
    });
    this.#decode = (bytes) => {
      isDecoding = true;
      this.#source.emit("data", bytes);
      isDecoding = false;
    };
  }

  readonly #decode: (bytes: Uint8Array) => void;

  decode(bytes: Uint8Array): Key[] {
    this.#decode(bytes);
    const keys = this.#keys.filter((key, index, all) =>
      // A line end of two characters is one key.
      !(key.info.name === "enter" && all[index - 1]?.info.name === "return")
    );
    this.#keys = [];
    const lastText = keys.findLastIndex((key) => key.info.name !== "tab" && !isLineEnd(key));
    return keys.map((key, index) => ({ ...key, isPasted: index < lastText }));
  }
}

/** Whether the key is this letter together with Ctrl. */
export function isCtrl(key: Key, letter: string): boolean {
  return key.info.ctrl === true && key.info.name === letter && key.info.meta !== true;
}

/** Whether all it does is to put its text into the line. */
export function isText(key: Key): key is Key & { readonly text: string } {
  const { text, info } = key;
  return text !== undefined && info.ctrl !== true && info.meta !== true && !/\p{Cc}/u.test(text);
}

export function isLineEnd(key: Pick<Key, "info">): boolean {
  return key.info.name === "return" || key.info.name === "enter";
}
