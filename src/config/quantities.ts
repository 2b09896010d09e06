/** Readers of values with a unit: durations and sizes. */
import { err, ok, type Result } from "../base/result.ts";
import { quote } from "./quote.ts";
import type { Problem } from "./problem.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What timers of the platform can wait: longer ones go off at once. */
const LONGEST_DURATION_MS: number = 24 * UNIT_MS.d!;

const PLAIN_NUMBER = /^(?:\d+(?:\.\d*)?|\.\d+)$/;
const PART = /(\d+(?:\.\d*)?|\.\d+)\s*(ms|s|m|h|d)\s*/y;

/** A duration in milliseconds from seconds ("0.5"), or parts with units ("500ms", "1h30m"). */
export function duration(text: string): Result<number, Problem> {
  if (/^-\s*[\d.]/.test(text)) {
    return err({ code: "negative-duration", what: `negative time ${quote(text)}` });
  }
  const ms = durationMs(text.trim());
  if (ms === undefined) return err({ code: "not-a-duration", what: `not a time: ${quote(text)}` });
  if (ms > LONGEST_DURATION_MS) {
    return err({
      code: "out-of-range",
      what: `time too long: ${quote(text)}`,
      expected: "24 days at most",
    });
  }
  // A very short time must not turn into none: 0 has a meaning of its own.
  return ok(ms > 0 ? Math.max(1, Math.round(ms)) : 0);
}

function durationMs(text: string): number | undefined {
  if (PLAIN_NUMBER.test(text)) return Number(text) * 1000;
  let total = 0;
  let offset = 0;
  while (offset < text.length) {
    PART.lastIndex = offset;
    const match = PART.exec(text);
    if (match === null) return undefined;
    total += Number(match[1]) * UNIT_MS[match[2]!]!;
    offset = PART.lastIndex;
  }
  return text === "" ? undefined : total;
}

const SIZE = /^(\d+(?:\.\d+)?)\s*(?:([KMG])B?|B)?$/i;
const UNIT_BYTES: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** A size in bytes from "50MB", "10KB", "1GB" or plain bytes; KB is 1024, as in supervisord. */
export function size(text: string): Result<number, Problem> {
  const match = SIZE.exec(text.trim());
  if (match === null) return err({ code: "not-a-size", what: `not a size: ${quote(text)}` });
  const bytes = Math.round(Number(match[1]) * (UNIT_BYTES[match[2]?.toUpperCase() ?? ""] ?? 1));
  if (!Number.isSafeInteger(bytes)) {
    return err({ code: "out-of-range", what: `size too large: ${quote(text)}` });
  }
  return ok(bytes);
}
