/** The types of the keys that are not scalars: `cmd`, `exitcodes`, `env`. */
import * as z from "zod";
import { err, ok, type Result } from "../base/result.ts";
import { commandLine } from "./command.ts";
import type { Problem, Reader } from "./problem.ts";
import { quote, shownKey } from "./quote.ts";
import { integer } from "./scalars.ts";
import { addProblem, scalar, textOrList } from "./setting.ts";

const anyText: Reader<string> = ok;

/** argv: a string is split, a list is taken as it is. */
export const command: z.ZodType<readonly string[]> = textOrList(
  commandLine,
  z.array(scalar(anyText)).transform((words, context) => {
    if (words.length === 0) {
      addProblem(context, { code: "empty-command", what: "empty command" });
    } else if (words[0] === "") {
      addProblem(context, {
        code: "empty-command",
        what: "an empty text as the name of the command",
      });
    }
    return words;
  }),
);

export const EXIT_CODE_RANGE = { min: 0, max: 255 } as const;
const exitCode = integer(EXIT_CODE_RANGE);
const EXPECTED_CODE = "a whole number from 0 to 255";

function readExitCode(text: string): Result<number, Problem> {
  const result = exitCode(text);
  return result.ok ? result : err({ ...result.error, expected: EXPECTED_CODE });
}

/** "0,2" as supervisord writes it. */
function readExitCodes(text: string): Result<readonly number[], Problem> {
  const codes = [];
  for (const part of text.split(",")) {
    const result = readExitCode(part.trim());
    if (!result.ok) return result;
    codes.push(result.value);
  }
  return ok(codes);
}

export const exitCodes: z.ZodType<readonly number[]> = textOrList(
  readExitCodes,
  z.array(scalar(readExitCode)).transform((codes, context) => {
    if (codes.length === 0) {
      addProblem(context, {
        code: "empty-list",
        what: "an empty list",
        expected: "at least one code",
        help: 'to have every end counted as unexpected, write "autorestart: always"',
      });
    }
    return codes;
  }),
);

function readVariableName(text: string): Result<string, Problem> {
  if (text === "") {
    return err({ code: "bad-variable-name", what: "a variable without a name", inKey: true });
  }
  if (!text.includes("=")) return ok(text);
  return err({
    code: "bad-variable-name",
    what: `"=" in the name of variable ${quote(shownKey(text))}`,
    help: 'variables are written "NAME: value"',
    inKey: true,
  });
}

/** Values are text as written in the file; null removes an inherited variable. */
export const environment: z.ZodType<ReadonlyMap<string, string | null>> = z.map(
  scalar(readVariableName),
  scalar(anyText).nullable(),
);
