/** The keys that leave an attached terminal, found among all the others. */
import { err, ok, type Result } from "./result.ts";

export const DEFAULT_DETACH_KEYS = "ctrl-],d";

/** Characters, control characters among them, in the order in which they are typed. */
export type DetachKeys = readonly string[];

/** Reads "ctrl-],d". An error is a sentence. */
export function parseDetachKeys(text: string): Result<DetachKeys, string> {
  const keys: string[] = [];
  for (const word of text.split(",")) {
    const control = /^(?:ctrl-|c-|\^)([a-z@[\\\]^_])$/i.exec(word)?.[1];
    if (control !== undefined) keys.push(controlCharacter(control));
    else if (/^[\x21-\x7e]$/.test(word)) keys.push(word);
    else {
      return err(`"${word}" in "${text}" is no key; write for example "${DEFAULT_DETACH_KEYS}"`);
    }
  }
  return ok(keys);
}

/** "Ctrl-] d" */
export function describeDetachKeys(keys: DetachKeys): string {
  return keys.map((key) =>
    key < " " ? `Ctrl-${String.fromCharCode(key.charCodeAt(0) | 0x40)}` : key
  ).join(" ");
}

function controlCharacter(letter: string): string {
  return String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 0x1f);
}

/** A key as newer keyboard protocols send it, `ESC [ 93 ; 5 u` or `ESC [ 27 ; 5 ; 93 ~`, or a byte. */
// deno-lint-ignore no-control-regex
const KEY = /\x1b\[(?:27;(\d+);(\d+)~|(\d+)(?:;(\d+)(?::([123]))?)?u)|[^]/g;
const CTRL = 5;
const PLAIN = 1;
const RELEASED = "3";

export interface Found {
  /** What is not, or has turned out not to be, part of the detach keys. */
  readonly keys: Uint8Array;
  readonly isDetached: boolean;
}

/** Holds back the beginning of the detach keys until it is known what it is. */
export class DetachDetector {
  readonly #wanted: DetachKeys;
  #held: string[] = [];

  constructor(wanted: DetachKeys) {
    this.#wanted = wanted;
  }

  /** What comes behind the detach keys is thrown away. */
  feed(bytes: Uint8Array): Found {
    let passed = "";
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    for (const match of text.matchAll(KEY)) {
      const key = characterOf(match);
      if (key === this.#wanted[this.#held.length]) {
        this.#held.push(match[0]);
        if (this.#held.length === this.#wanted.length) {
          return { keys: toBytes(passed), isDetached: true };
        }
      } else if (key !== null) {
        const before = this.#held.join("");
        this.#held = key === this.#wanted[0] ? [match[0]] : [];
        passed += before + (this.#held.length === 0 ? match[0] : "");
      } else {
        passed += match[0];
      }
    }
    return { keys: toBytes(passed), isDetached: false };
  }
}

/** null for what is no key press: a key that was let go. */
function characterOf([text, modifier27, code27, codeU, modifierU, event]: RegExpMatchArray) {
  const code = code27 ?? codeU;
  if (code === undefined) return text;
  if (event === RELEASED) return null;
  const modifier = Number(modifier27 ?? modifierU ?? PLAIN);
  const character = String.fromCharCode(Number(code));
  if (modifier === CTRL) return controlCharacter(character);
  return modifier === PLAIN ? character : text;
}

function toBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
