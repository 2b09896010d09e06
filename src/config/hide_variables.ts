/** Values of `env` in the text of a configuration: they are not shown, the names are. */
import type { Span } from "../base/diagnostic.ts";
import type { ConfigNode, Entry, MapNode } from "./config_node.ts";
import { endOfSection, linesOf, ofLine } from "./likely_secrets.ts";

/** Also as people misspell it, or know it from elsewhere. */
const ENVIRONMENT = "envs?|evn|environ|environments?|enviroment|env[_-]?vars?";
const ENVIRONMENT_KEY = new RegExp(`^(?:${ENVIRONMENT})$`, "i");
const ENVIRONMENT_BEGINS = new RegExp(
  `(?<=^|[\\s{,])["']?(?:${ENVIRONMENT})["']?[ \\t]*:`,
  "gi",
);
/** Of a variable that is not under `env` for want of indentation. */
const VARIABLE_LINE = /^[ \t]*(?:- +)?["']?[A-Z_][A-Z0-9_]*["']?[ \t]*[:=][ \t]*(\S.*)$/gm;
const VARIABLE_KEY = /^[A-Z_][A-Z0-9_]*$/;
/** With its quote, if it has one. What follows a "=" or ":" in a key was meant as the value. */
const NAME = /^["']?[\w.-]+(?=[=:]|["']?$)/;
/** A "=" at the end is of base64, and so all of it a value. */
const NAME_BEFORE_VALUE = /^["']?[A-Za-z_][\w.-]*=(?!=*["']?$)/;
/** Between names and values: comments, tags, keys that are no words; brackets and commas stay. */
const WORDS = /[^\s{}[\],:"']+/g;

export function isEnvironment({ key }: Entry): boolean {
  return ENVIRONMENT_KEY.test(key);
}

/** Looks like one whose line should have been indented under `env`. */
export function isStrayVariable({ key, value }: Entry): boolean {
  return VARIABLE_KEY.test(key) && value.kind === "text";
}

/** All that stands below an `env`, but for the names. */
export function valuesOfVariables(node: ConfigNode, text: string): Span[] {
  const { start, end } = node.definedAt ?? node.span;
  if (node.kind === "text") {
    const name = NAME_BEFORE_VALUE.exec(text.slice(start, end))?.[0] ?? "";
    const value = { start: start + name.length, end };
    return node.definedAt === undefined ? [value] : [value, node.span];
  }
  const parts = node.kind === "list"
    ? node.items
    : [...node.entries, ...node.ignored].map(({ value }) => value);
  const values = parts.flatMap((part) =>
    part.kind === "text" && node.kind === "map" ? of(part) : valuesOfVariables(part, text)
  );
  const names = node.kind === "list" ? [] : namesOf(node, text);
  const seen = [...names, ...parts.map(({ span }) => span)].sort((a, b) => a.start - b.start);
  return [...values, ...between(seen, { start, end }, text)];
}

function of({ span, definedAt }: ConfigNode): Span[] {
  return definedAt === undefined ? [span] : [span, definedAt];
}

function namesOf({ entries, ignored }: MapNode, text: string): Span[] {
  return [...entries, ...ignored].map(({ keySpan: { start, end } }) => ({
    start,
    end: start + (NAME.exec(text.slice(start, end))?.[0].length ?? 0),
  }));
}

/** The words of `whole` that are in none of the parts, which come in order. */
function between(parts: readonly Span[], whole: Span, text: string): Span[] {
  const found: Span[] = [];
  let at = whole.start;
  for (const part of [...parts, { start: whole.end, end: whole.end }]) {
    for (const { index, 0: word } of text.slice(at, part.start).matchAll(WORDS)) {
      found.push({ start: at + index, end: at + index + word.length });
    }
    at = Math.max(at, part.end);
  }
  return found;
}

/** For a text that is no YAML: rather too much than too little. */
export function likelyVariables(text: string): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(VARIABLE_LINE)) {
    const end = match.index + match[0].length;
    spans.push({ start: end - match[1]!.length, end });
  }
  let done = 0;
  for (const { index, 0: key } of text.matchAll(ENVIRONMENT_BEGINS)) {
    if (index < done) continue;
    const start = index + key.length;
    done = endOfEnvironment(text, index, start);
    for (const line of linesOf(text, start, done)) spans.push(...ofLine(text, line, []));
  }
  return spans;
}

function endOfEnvironment(text: string, keyStart: number, start: number): number {
  const bracket = /\s*[{[]/y;
  bracket.lastIndex = start;
  if (bracket.test(text)) return endOfLine(text, endOfFlow(text, bracket.lastIndex - 1));
  const indent = text.slice(text.lastIndexOf("\n", keyStart - 1) + 1, keyStart);
  return indent.trim() === "" ? endOfSection(text, keyStart) : endOfLine(text, start);
}

/** Where the bracket at `start` is closed; the end of the text if it is not. */
function endOfFlow(text: string, start: number): number {
  let depth = 0;
  let quote = "";
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== "") {
      if (character === "\\" && quote === '"') at++;
      else if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "{" || character === "[") depth++;
    else if ((character === "}" || character === "]") && --depth === 0) return at;
  }
  return text.length;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
