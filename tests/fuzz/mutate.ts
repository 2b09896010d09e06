/** Changes to inputs, of bytes and of what they are made of; the same again for the same numbers. */
import type { FuzzTarget } from "./target.ts";
import { mutateJson } from "./mutate_json.ts";

export type Random = () => number;

/** Where programs that count, compare or allocate go wrong. */
const NUMBERS = [
  ...[
    "-1",
    "0",
    "1",
    "2",
    "255",
    "256",
    "32768",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
  ],
  ...["4294967296", "9007199254740993", "1e309", "-0", "0.1", "1e-9", "NaN", "0x7f", "0o777", "٣"],
];
const BYTES = [
  "\0",
  "\x1b[31m",
  "\r\n",
  "\r",
  "\t",
  "\ufeff",
  "\u2028",
  "\u202e",
  "\x7f",
  "\n",
  "💥",
];
/** No UTF-8. */
const BROKEN = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80], [0xe2, 0x82]];
const LARGEST = 65_536;

export interface Source {
  readonly corpus: readonly Uint8Array<ArrayBuffer>[];
  readonly target: FuzzTarget;
  readonly random: Random;
}

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function pick<T>(random: Random, values: readonly T[]): T {
  return values[below(random, values.length)]!;
}

/** A new input: one of the corpus with some changes. */
export function nextInput(source: Source): Uint8Array<ArrayBuffer> {
  const { corpus, random, target } = source;
  let input = pick(random, corpus);
  const changes = 1 + below(random, 1 + below(random, 8));
  for (let change = 0; change < changes; change++) input = changed(input, source);
  return input.slice(0, target.largest ?? LARGEST);
}

type Change = (input: Uint8Array<ArrayBuffer>, source: Source) => Uint8Array<ArrayBuffer>;

const CHANGES: readonly Change[] = [
  (input, { random }) => {
    const copy = input.slice();
    const at = below(random, copy.length);
    if (copy.length > 0) copy[at] = copy[at]! ^ (1 << below(random, 8));
    return copy;
  },
  (input, { random }) => {
    const copy = input.slice();
    if (copy.length > 0) copy[below(random, copy.length)] = below(random, 256);
    return copy;
  },
  (input, { random }) => {
    const [start, end] = range(input, random);
    return joined(input.subarray(0, start), input.subarray(end));
  },
  (input, { random }) => {
    const [start, end] = range(input, random);
    return joined(input.subarray(0, end), input.subarray(start));
  },
  (input, { random }) => input.slice(0, below(random, input.length + 1)),
  (input, { random, target }) => put(input, encode(pick(random, target.pieces)), random),
  (input, { random, target }) => put(input, encode(pick(random, target.pieces)), random),
  (input, { random }) => put(input, encode(pick(random, BYTES)), random),
  (input, { random }) => put(input, Uint8Array.from(pick(random, BROKEN)), random),
  // Nesting, and what is very long.
  (input, { random, target }) => {
    const piece = pick(random, [...target.pieces, "a", "[", "{", "- ", "*", "(", " ", "\\"]);
    return put(input, encode(piece.repeat(2 ** below(random, 14)).slice(0, LARGEST)), random);
  },
  (input, { random }) => {
    const numbers = [...latin(input).matchAll(/\d+/g)];
    if (numbers.length === 0) return input;
    const { index, 0: digits } = pick(random, numbers);
    const number = encode(pick(random, NUMBERS));
    return joined(input.subarray(0, index), number, input.subarray(index + digits.length));
  },
  (input, { random }) => {
    const lines = latin(input).split("\n");
    const [from, to] = [below(random, lines.length), below(random, lines.length)];
    lines.splice(to, random() < 0.5 ? 1 : 0, lines[from]!);
    return bytesOf(lines.join("\n"));
  },
  (input, { random }) => {
    const lines = latin(input).split("\n");
    const at = below(random, lines.length);
    lines[at] = " ".repeat(below(random, 8)) + lines[at]!.trimStart();
    return bytesOf(lines.join("\n"));
  },
  (input, { random, corpus }) => {
    const other = pick(random, corpus);
    return joined(
      input.subarray(0, below(random, input.length + 1)),
      other.subarray(below(random, other.length + 1)),
    );
  },
];

function changed(input: Uint8Array<ArrayBuffer>, source: Source): Uint8Array<ArrayBuffer> {
  const { random, target } = source;
  if (target.isJson && random() < 0.6) {
    return encode(mutateJson(new TextDecoder().decode(input), random, target.pieces));
  }
  return pick(random, CHANGES)(input, source);
}

/** Mostly short. */
function range(input: Uint8Array, random: Random): [start: number, end: number] {
  const start = below(random, input.length + 1);
  return [start, start + below(random, Math.min(input.length - start, 2 ** below(random, 13)) + 1)];
}

function put(
  input: Uint8Array<ArrayBuffer>,
  piece: Uint8Array<ArrayBuffer>,
  random: Random,
): Uint8Array<ArrayBuffer> {
  const at = below(random, input.length + 1);
  return joined(input.subarray(0, at), piece, input.subarray(at));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A character for each byte, so that nothing is lost. */
function latin(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
