/**
 * Documents that name tests for what they promise: below each item of a list, lines such as
 *
 *     — tests/integration/privileges_test.ts: "root without --user is refused"
 *
 * The name is written as in the source of the test, placeholders included.
 */
import { join } from "node:path";

const ROOT = join(import.meta.dirname!, "../..");

export interface Item {
  /** From 1, in the document. */
  readonly line: number;
  readonly text: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

/** The items of the lists of a document, by its path from the root of the repository. */
export function itemsOf(path: string): Item[] {
  const items: { line: number; text: string; tests: Item["tests"][number][] }[] = [];
  for (const [index, line] of Deno.readTextFileSync(join(ROOT, path)).split("\n").entries()) {
    const named = /^\s*— (\S+\.ts): "(.*)"$/.exec(line);
    if (/^- /.test(line)) items.push({ line: index + 1, text: line.slice(2), tests: [] });
    else if (named !== null) items.at(-1)?.tests.push({ file: named[1]!, name: named[2]! });
    else if (line.trimStart().startsWith("— ")) {
      throw new Error(`${path}:${index + 1}: this names no test: ${line.trim()}`);
    } else if (/^\s+\S/.test(line)) {
      const item = items.at(-1);
      if (item !== undefined) item.text += ` ${line.trim()}`;
    }
  }
  return items;
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
    source = Deno.readTextFileSync(join(ROOT, file));
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
