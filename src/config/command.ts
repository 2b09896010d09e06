/** `cmd` as a string: split as a shell would split it, though no shell is run. */
import { split } from "shlex";
import { err, ok, type Result } from "../base/result.ts";
import type { Problem } from "./problem.ts";

export function commandLine(text: string): Result<readonly string[], Problem> {
  const open = findOpenQuote(text);
  if (open !== undefined) {
    const character = text[open]!;
    return err({
      code: "open-quote",
      what: character === "\\" ? "a backslash with nothing after it" : `an unclosed ${character}`,
      help: character === "\\"
        ? "remove it, or write it twice for a backslash"
        : `add the closing ${character}, or write \\${character} for the character itself`,
      part: { start: open, end: character === "\\" ? open + 1 : text.trimEnd().length },
    });
  }
  const words = split(text);
  if (words.length === 0) return err({ code: "empty-command", what: "empty command" });
  if (words[0] === "") {
    return err({ code: "empty-command", what: "an empty text as the name of the command" });
  }
  return ok(words);
}

/** Offset of a quote that is not closed, or of a backslash at the very end. */
function findOpenQuote(text: string): number | undefined {
  let open: number | undefined;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text[offset];
    const inside = open === undefined ? undefined : text[open];
    if (character === "\\" && inside !== "'") {
      if (offset === text.length - 1) return open ?? offset;
      offset++;
    } else if (inside === undefined) {
      if (character === "'" || character === '"') open = offset;
    } else if (character === inside) {
      open = undefined;
    }
  }
  return open;
}
