/**
 * Documents that promise: lists of sentences, each with a list of the tests that prove it, and what
 * is wrong with either.
 */

export interface Promised {
  readonly sentence: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

/** By section; those without a list are prose. What else stands among promises throws. */
export function readPromises(markdown: string): ReadonlyMap<string, readonly Promised[]> {
  const sections = new Map<string, Promised[]>();
  for (const part of markdown.split(/^## /m).slice(1)) {
    const [title = "", ...lines] = part.split("\n");
    if (lines.some((line) => line.trim() !== "") && !lines.some((line) => /^ *- /.test(line))) {
      continue;
    }
    const items = joinLines(lines);
    const promises: { sentence: string; tests: { file: string; name: string }[] }[] = [];
    for (const item of items) {
      if (item.startsWith("- ")) promises.push({ sentence: item.slice(2), tests: [] });
      else promises.at(-1)?.tests.push(readTest(item));
    }
    sections.set(title, promises);
  }
  return sections;
}

/** Items of lists, each in one line, as the formatter may have broken them. */
function joinLines(lines: readonly string[]): string[] {
  const items: string[] = [];
  for (const line of lines.filter((line) => line.trim() !== "")) {
    if (/^(- | {2}- )/.test(line)) items.push(line);
    else if (items.length > 0) items[items.length - 1] += ` ${line.trim()}`;
    else throw new Error(`not an item of a list: ${line}`);
  }
  return items;
}

function readTest(item: string): { file: string; name: string } {
  const [, file, name] = /^ {2}- `(tests\/[\w/]+_test\.ts)`: (.+)$/.exec(item) ?? [];
  if (file === undefined || name === undefined) throw new Error(`names no test: ${item}`);
  return { file, name };
}

const STRING = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)/.source;
/** The ways in which the tests of this project are written; the last are names given as options. */
const TESTS = [
  new RegExp(`(?:\\bDeno\\.test|[aA]sRoot|\\bit)(\\.ignore)?\\(\\s*${STRING}`, "g"),
  new RegExp(`\\bDeno\\.test\\(\\{\\s*name:(\\.ignore)?\\s*${STRING}`, "g"),
  new RegExp(`\\.each[^]*?(\\.ignore)?\\)\\(\\s*${STRING}`, "g"),
  new RegExp(`^const name =(\\.ignore)?\\s*${STRING};$`, "gm"),
];
/** What a name that is made while the tests run must have at least that is always there. */
const FIXED_CHARACTERS = 15;

/** Whether the file has a test of this name that is not left out. */
export function hasTest(source: string, name: string): boolean {
  const code = source.replaceAll(/^\s*\/\/.*$/gm, "");
  for (const pattern of TESTS) {
    for (const [, ignored, text = ""] of code.matchAll(pattern)) {
      if (ignored === undefined && patternOf(text).test(name)) return true;
    }
  }
  return false;
}

/** `%s` and `${…}` stand for anything. */
function patternOf(literal: string): RegExp {
  const text = literal.slice(1, -1).replaceAll(/\\(.)/g, "$1");
  const variable = literal.startsWith("`") ? /\$\{[^}]*\}|%[sdij]/ : /%[sdij]/;
  const parts = text.split(variable);
  if (parts.length > 1 && parts.join("").length < FIXED_CHARACTERS) return /(?!)/;
  return new RegExp(`^${parts.map((part) => RegExp.escape(part)).join(".+")}$`);
}

/** Sentences, one for each thing that is wrong. `sourceOf` gives null for a file that is not there. */
export function problemsOf(
  markdown: string,
  sourceOf: (file: string) => string | null,
): string[] {
  const problems: string[] = [];
  for (const [title, promises] of readPromises(markdown)) {
    if (promises.length === 0) problems.push(`"${title}" promises nothing`);
    for (const { sentence, tests } of promises) {
      if (tests.length === 0) problems.push(`no test proves: ${sentence}`);
      for (const { file, name } of tests) {
        const source = sourceOf(file);
        if (source === null) problems.push(`there is no ${file}`);
        else if (!hasTest(source, name)) problems.push(`${file} has no test "${name}"`);
      }
    }
  }
  return problems;
}
