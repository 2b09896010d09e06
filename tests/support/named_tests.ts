/**
 * Documents that name tests for what they promise: at the end of each item of a list, as often as
 * there are tests,
 *
 *     — tests/integration/privileges_test.ts: "root without --user is refused"
 *
 * The name is written as in the source of the test, placeholders included. Lines may be wrapped.
 */
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname!, "../..");

export interface Item {
  /** From 1, in the document. */
  readonly line: number;
  readonly text: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

/** The items of the lists of a document, by its path from the root of the repository. */
export function itemsOf(path: string): Item[] {
  const found: { line: number; lines: string[] }[] = [];
  let isInItem = false;
  for (const [index, line] of Deno.readTextFileSync(resolve(ROOT, path)).split("\n").entries()) {
    if (/^- /.test(line)) found.push({ line: index + 1, lines: [line.slice(2)] });
    else if (isInItem && /^\s+\S/.test(line)) found.at(-1)!.lines.push(line.trim());
    isInItem = /^(- |\s+\S|$)/.test(line) && (isInItem || line.startsWith("- "));
  }
  return found.map(({ line, lines }) => readItem(`${path}:${line}`, line, lines.join(" ")));
}

/** Throws for a name that cannot be read. */
function readItem(place: string, line: number, whole: string): Item {
  const [text = "", ...named] = whole.split(/ — (?=\S+\.ts\b)/);
  const tests = named.map((each) => {
    const [, file, name] = /^(\S+\.ts): "(.*)"$/.exec(each) ?? [];
    if (file === undefined || name === undefined) throw new Error(`${place}: no test: ${each}`);
    return { file, name };
  });
  return { line, text, tests };
}

/** What a document names that there is not, and items that name nothing: one line for each. */
export function whatIsMissing(path: string): string[] {
  return itemsOf(path).flatMap(({ line, text, tests }) => {
    if (tests.length === 0) return [`${path}:${line}: no test is named for: ${text}`];
    return tests.filter(({ file, name }) => !isThere(file, name))
      .map(({ file, name }) =>
        `${path}:${line}: there is no test ${JSON.stringify(name)} in ${file}`
      );
  });
}

function isThere(file: string, name: string): boolean {
  let source: string;
  try {
    source = Deno.readTextFileSync(resolve(ROOT, file));
  } catch {
    return false;
  }
  // First argument of the call, or in its place `name:`.
  return ['"', "`", "'"].some((quote) => {
    const literal = `${quote}${name}${quote}`;
    for (let at = source.indexOf(literal); at >= 0; at = source.indexOf(literal, at + 1)) {
      if (/(\(|\bname:)\s*$/.test(source.slice(0, at))) return true;
    }
    return false;
  });
}
