/** JSON Schema of single values, as YAML for editors reads them: 5 is a number, "5" is text. */
import type { JsonSchema } from "./setting.ts";
import { BOOLEAN_WORDS, type Range } from "./scalars.ts";

/** Any scalar: what becomes text as it is written. */
export const textJson: JsonSchema = { type: ["string", "number", "boolean"] };

export const pathJson: JsonSchema = { type: "string", minLength: 1 };

export function integerJson({ min, max }: Range): JsonSchema {
  return {
    type: ["integer", "string"],
    minimum: min,
    ...(max !== undefined && { maximum: max }),
    pattern: "^[+-]?[0-9]+$",
  };
}

export const booleanJson: JsonSchema = {
  type: ["boolean", "string"],
  pattern: anyCase(BOOLEAN_WORDS),
};

export const durationJson: JsonSchema = {
  type: ["number", "string"],
  minimum: 0,
  pattern: "^[0-9. ]+$|^([0-9.]+ *(ms|s|m|h|d) *)+$",
};

export const sizeJson: JsonSchema = {
  type: ["integer", "string"],
  minimum: 0,
  pattern: "^[0-9.]+ *([KkMmGg]?[Bb]?)$",
};

/** Numbers are taken digit by digit, so 777 is the largest, though its digits are octal. */
export const umaskJson: JsonSchema = {
  type: ["integer", "string"],
  minimum: 0,
  maximum: 777,
  pattern: "^(0o)?[0-7]+$",
};

/** The words, which editors suggest, or any spelling of them or of a synonym. */
export function choiceJson(
  words: readonly string[],
  synonyms: readonly string[] = [],
): JsonSchema {
  const anySpelling = { type: "string", pattern: anyCase([...words, ...synonyms]) };
  const isBoolean = synonyms.includes("true") ? [{ type: "boolean" }] : [];
  return { anyOf: [{ enum: words }, ...isBoolean, anySpelling] };
}

/** A pattern for the words in any case: JSON Schema has no flag for that. */
function anyCase(words: readonly string[]): string {
  const patterns = words.map((word) =>
    [...word].map((letter) => {
      const [lower, upper] = [letter.toLowerCase(), letter.toUpperCase()];
      return lower === upper ? letter : `[${upper}${lower}]`;
    }).join("")
  );
  return `^(${patterns.join("|")})$`;
}
