/** Reader of `stdout` and `stderr`. Paths stay as written; making them absolute comes later. */
import { nearest } from "../base/edit_distance.ts";
import { err, ok } from "../base/result.ts";
import { OUTPUT_PLACEHOLDERS } from "../core/output_path.ts";
import type { OutputTarget } from "../core/program.ts";
import { listOf, quote } from "./quote.ts";
import type { Problem, Reader } from "./problem.ts";

export function outputTarget(stream: "stdout" | "stderr"): Reader<OutputTarget> {
  return (text) => {
    if (text === "discard" || text === "/dev/null") return ok({ kind: "discard" });
    if (text === "inherit" || text === `/dev/${stream}`) return ok({ kind: "inherit" });
    if (text === "stdout" && stream === "stderr") return ok({ kind: "stdout" });
    const problem = text === "stdout" || text === "stderr"
      ? crossing(stream, text)
      : checkPath(text);
    return problem === undefined ? ok({ kind: "file", path: text }) : err(problem);
  };
}

function crossing(stream: "stdout" | "stderr", target: string): Problem {
  return {
    code: "bad-output",
    what: `${stream} cannot go to ${quote(target)}`,
    help: stream === "stdout"
      ? `"stderr: stdout" joins the two; a file of this name is written "./${target}"`
      : `a file of this name is written "./${target}"`,
  };
}

function checkPath(text: string): Problem | undefined {
  if (text === "") return { code: "empty-text", what: "empty text" };
  if (text.endsWith("/")) return { code: "bad-output", what: `a directory: ${quote(text)}` };
  return checkPlaceholders(text);
}

const SUPERVISORD_NAMES: ReadonlyMap<string, string> = new Map([
  ["program_name", "program"],
  ["group_name", "program"],
  ["process_num", "num"],
]);

function checkPlaceholders(text: string): Problem | undefined {
  for (const match of text.matchAll(/\{([^{}]*)\}|%\((\w+)\)\d*[sd]/g)) {
    const name = match[1] ?? match[2]!;
    if (match[1] !== undefined && OUTPUT_PLACEHOLDERS.some((known) => known === name)) continue;
    const suggestion = SUPERVISORD_NAMES.get(name) ?? nearest(name, OUTPUT_PLACEHOLDERS);
    return {
      code: "unknown-placeholder",
      what: `unknown placeholder ${quote(match[0])}`,
      help: suggestion === undefined
        ? `the placeholders are ${listOf(OUTPUT_PLACEHOLDERS.map((known) => `{${known}}`), "and")}`
        : `did you mean "{${suggestion}}"?`,
      part: { start: match.index, end: match.index + match[0].length },
    };
  }
  return undefined;
}
