/** Readers of values that are one word: numbers, booleans, choices, octal masks, signals. */
import { nearest } from "../base/edit_distance.ts";
import { err, ok, type Result } from "../base/result.ts";
import { parseSignal, SIGNAL_NAMES, type SignalName } from "../core/signal.ts";
import { quote } from "./quote.ts";
import type { Problem, Reader } from "./problem.ts";

export interface Range {
  readonly min: number;
  readonly max?: number;
}

export function integer(range: Range): Reader<number> {
  return (text) => {
    if (!/^[+-]?\d+$/.test(text)) {
      return err({ code: "not-an-integer", what: `not a whole number: ${quote(text)}` });
    }
    // The sum makes 0 of -0.
    const value = Number(text) + 0;
    const max = range.max ?? Number.MAX_SAFE_INTEGER;
    if (value < range.min || value > max) {
      const relation = value < range.min ? "small" : "large";
      return err({ code: "out-of-range", what: `number too ${relation}: ${quote(text)}` });
    }
    return ok(value);
  };
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["on", true],
  ["false", false],
  ["no", false],
  ["off", false],
]);

export const BOOLEAN_WORDS: readonly string[] = [...BOOLEANS.keys()];

export function boolean(text: string): Result<boolean, Problem> {
  const value = BOOLEANS.get(text.toLowerCase());
  return value === undefined ? err(unknownWord(text, BOOLEAN_WORDS)) : ok(value);
}

/** One of some words, in any case; `synonyms` are accepted too, but not suggested. */
export function choice<T extends string>(
  words: readonly T[],
  synonyms: ReadonlyMap<string, T> = new Map(),
): Reader<T> {
  return (text) => {
    const lower = text.toLowerCase();
    const value = words.find((word) => word === lower) ?? synonyms.get(lower);
    return value === undefined ? err(unknownWord(text, words)) : ok(value);
  };
}

function unknownWord(text: string, words: readonly string[]): Problem {
  const suggestion = nearest(text, words);
  return {
    code: "unknown-value",
    what: `unknown value ${quote(text)}`,
    ...(suggestion !== undefined && { help: `did you mean "${suggestion}"?` }),
  };
}

/** Octal however it is written: YAML's own reading of 022 as twenty-two is what nobody means. */
export function umask(text: string): Result<number, Problem> {
  const digits = /^(?:0o)?([0-7]+)$/.exec(text)?.[1];
  if (digits === undefined) {
    return err({ code: "not-octal", what: `not an octal number: ${quote(text)}` });
  }
  const value = Number.parseInt(digits, 8);
  if (value > 0o777) {
    return err({ code: "out-of-range", what: `number too large: ${quote(text)}` });
  }
  return ok(value);
}

export function signal(text: string): Result<SignalName, Problem> {
  const name = parseSignal(text);
  if (name !== undefined) return ok(name);
  const suggestion = nearestSignal(text);
  return err({
    code: "unknown-signal",
    what: `unknown signal ${quote(text)}`,
    help: suggestion === undefined
      ? "write a name such as TERM or SIGTERM, or a number from 1 to 31"
      : `did you mean "${suggestion}"?`,
  });
}

/** People write whole words for signals: TERMINATE means TERM, though it is five letters away. */
function nearestSignal(text: string): string | undefined {
  const bare = text.toUpperCase().replace(/^SIG/, "");
  return nearest(bare, SIGNAL_NAMES) ??
    SIGNAL_NAMES.find((name) => name.length > 2 && bare.startsWith(name));
}
