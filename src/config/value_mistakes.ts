/** Turns what zod objects to into a diagnostic at the right place of the file. */
import type * as z from "zod";
import type { Span } from "../base/diagnostic.ts";
import type { ConfigNode, Entry } from "./config_node.ts";
import { describeKind, findEntry } from "./config_node.ts";
import type { Problem } from "./problem.ts";
import type { Scope } from "./mistakes.ts";
import { shownKey } from "./quote.ts";
import { problemOf } from "./setting.ts";

export interface CheckedValue {
  readonly value: ConfigNode;
  /** How messages call it: "programs.web.exitcodes". */
  readonly place: string;
  /** What is accepted there. */
  readonly expects: string;
}

export function reportIssue(issue: z.core.$ZodIssue, checked: CheckedValue, scope: Scope): void {
  const { node, entry, place } = locate(issue.path, checked);
  const problem = problemOf(issue) ?? wrongKind(node, checked, issue.path.length > 0);
  const expected = problem.expected ?? (issue.path.length === 0 ? checked.expects : undefined);
  const at = problem.inKey ? checked.place : place;
  const message = `${problem.what} in ${at}` +
    (expected === undefined || problem.help !== undefined ? "" : `; expected ${expected}`);
  scope.mistakes.error(problem.code, spanOf(problem, node, entry, scope.text), message, {
    ...(problem.help !== undefined && { help: problem.help }),
    ...(node.definedAt !== undefined && {
      related: { message: "the value is defined here", span: node.definedAt },
    }),
  });
}

interface Located {
  readonly node: ConfigNode;
  /** The entry of a mapping that the node is the value of. */
  readonly entry: Entry | undefined;
  readonly place: string;
}

function locate(path: readonly PropertyKey[], checked: CheckedValue): Located {
  let located: Located = { node: checked.value, entry: undefined, place: checked.place };
  for (const step of path) {
    const { node, place } = located;
    if (node.kind === "list" && node.items[Number(step)] !== undefined) {
      const item = node.items[Number(step)]!;
      located = { node: item, entry: undefined, place: `${place}[${String(step)}]` };
    } else if (node.kind === "map") {
      const entry = findEntry(node, String(step));
      if (entry === undefined) break;
      located = { node: entry.value, entry, place: `${place}.${shownKey(entry.key)}` };
    }
  }
  return located;
}

/** The value is a list where text is wanted, and the like. */
function wrongKind(node: ConfigNode, checked: CheckedValue, isInside: boolean): Problem {
  if (isInside && node.kind === "text") {
    return {
      code: "no-value",
      what: "no value",
      help: 'for an empty text write "", for the word itself put it in quotes',
    };
  }
  return {
    code: "wrong-kind",
    what: `found ${describeKind(node)}`,
    expected: isInside ? "text" : checked.expects,
  };
}

function spanOf(problem: Problem, node: ConfigNode, entry: Entry | undefined, text: string): Span {
  if (problem.inKey && entry !== undefined) return entry.keySpan;
  if (node.span.start === node.span.end && entry !== undefined) return entry.keySpan;
  if (problem.part === undefined || node.kind !== "text" || node.definedAt !== undefined) {
    return node.span;
  }
  // With escapes or line folding the text is not in the file letter by letter.
  const offset = text.slice(node.span.start, node.span.end).indexOf(node.text);
  if (offset < 0) return node.span;
  const start = node.span.start + offset;
  return { start: start + problem.part.start, end: start + problem.part.end };
}
