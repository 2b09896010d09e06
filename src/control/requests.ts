/** What clients may send. One schema each: for the types, for the checks and for the document. */
import * as z from "zod";
import { RECORD_LEVELS } from "../core/record.ts";
import { parseSignal } from "../core/signal.ts";
import { nearest } from "../base/edit_distance.ts";
import { SIGNAL_NAMES } from "../core/signal.ts";

const LONGEST_SELECTOR = 300;
const MOST_SELECTORS = 20_000;
const MOST_LINES = 1_000_000;

const selector = z.string().min(1).max(LONGEST_SELECTOR)
  .describe('A program ("web"), a process ("web:1"), a pattern ("w*", "web:*") or "all".');

const selectors = z.array(selector).min(1).max(MOST_SELECTORS);

const signal = z.string().transform((text, context) => {
  const name = parseSignal(text);
  if (name !== undefined) return name;
  const guess = nearest(text.toUpperCase().replace(/^SIG/, ""), SIGNAL_NAMES);
  context.addIssue(
    `unknown signal ${JSON.stringify(text)}${
      guess === undefined ? "" : `; did you mean "${guess}"?`
    }`,
  );
  return z.NEVER;
}).describe('"TERM", "SIGTERM" or "15".');

export const operationBody = z.strictObject({
  selectors,
  wait: z.boolean().default(true).describe(
    "Answer when it is done. A client that goes away does not end what it has asked for.",
  ),
});

export const signalBody = z.strictObject({ selectors, signal });

export const clearBody = z.strictObject({ selectors });

export const shutdownBody = z.strictObject({
  leaveRunning: z.boolean().default(false).describe(
    "End taskmaster only; the next start takes the programs back.",
  ),
});

export const upgradeBody = z.strictObject({
  executable: z.string().min(1).max(4096).optional().describe(
    "The program to become; the one that runs now if it is not named.",
  ),
});

export const alertTestBody = z.strictObject({
  name: z.string().min(1).max(LONGEST_SELECTOR).optional().describe("All of them without it."),
});

/** Values of a query are text, each at least once. */
const many = z.array(selector).max(MOST_SELECTORS).default([]);

function count(fallback: number): z.ZodType<number, string | undefined> {
  return z.string().regex(/^\d{1,7}$/, "expected a whole number").transform(Number)
    .refine((value) => value <= MOST_LINES, `at most ${MOST_LINES}`)
    .optional().transform((value) => value ?? fallback);
}

export const selectQuery = z.strictObject({ select: many });

export const eventsQuery = z.strictObject({
  select: many,
  limit: count(100).describe("The newest records, at most so many."),
  level: z.enum(RECORD_LEVELS).default("debug").describe("Only records of this level and above."),
});

const stream = z.enum(["stdout", "stderr"]).default("stdout");

export const logsQuery = z.strictObject({
  select: many.refine((list) => list.length > 0, "name at least one process"),
  stream,
  lines: count(20),
});

export const linesQuery = z.strictObject({ lines: count(1000) });

const LARGEST_WINDOW = 10_000;

export const windowSide = z.int().min(0).max(LARGEST_WINDOW);

const flag = z.enum(["true", "false"]).transform((text) => text === "true");

const windowSideText = z.string().regex(/^\d{1,5}$/, "expected a whole number").transform(Number)
  .refine((side) => side <= LARGEST_WINDOW, `at most ${LARGEST_WINDOW}`);

/** 0 = the size of the window is not known. */
export const attachQuery = z.strictObject({
  columns: windowSideText.default(0),
  rows: windowSideText.default(0),
  readOnly: flag.default(false),
  limitsSize: flag.default(true),
  /** The viewer tells what it has taken, and gets little more before. */
  confirms: flag.default(false),
}).transform(({ readOnly, ...rest }) => ({ ...rest, isReadOnly: readOnly }));

export const emptyBody = z.strictObject({});

export type OperationRequest = z.input<typeof operationBody>;
export type SignalRequest = z.input<typeof signalBody>;
export type ShutdownRequest = z.input<typeof shutdownBody>;
export type UpgradeRequest = z.input<typeof upgradeBody>;
export type AlertTestRequest = z.input<typeof alertTestBody>;
