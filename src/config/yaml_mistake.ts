/** Says in a user's words what the YAML parser objects to. */
import { type Document, isScalar, visit, type YAMLParseError } from "yaml";
import type { Span } from "../base/diagnostic.ts";
import { LineIndex } from "../base/line_index.ts";
import { hideSecrets } from "./hide_secrets.ts";
import { quote } from "./quote.ts";

export interface SyntaxMistake {
  readonly code: string;
  readonly span: Span;
  readonly message: string;
  readonly help?: string;
}

/** What is needed to look around the place of an error. */
interface ParsedText {
  readonly text: string;
  /** The same without secrets, for quoting; every place is the same. */
  readonly shown: string;
  readonly lines: LineIndex;
  /** Where scalars in quotes begin, by where they end. */
  readonly quoteStarts: ReadonlyMap<number, number>;
}

/** One mistake per line at most: what the parser stumbles over later in a line is a consequence. */
export function syntaxMistakes(text: string, document: Document): SyntaxMistake[] {
  const parsed = {
    text,
    shown: hideSecrets(text, null),
    lines: new LineIndex(text),
    quoteStarts: quoteStarts(document),
  };
  const byLine = new Map<number, SyntaxMistake>();
  for (const error of document.errors) {
    if (byLine.has(parsed.lines.line(error.pos[0]))) continue;
    const mistake = explain(parsed, error);
    const line = parsed.lines.line(mistake.span.start);
    if (!byLine.has(line)) byLine.set(line, mistake);
  }
  return [...byLine.values()];
}

function explain(parsed: ParsedText, error: YAMLParseError): SyntaxMistake {
  // At the end of the text the parser points behind it.
  const end = Math.min(error.pos[1], parsed.text.length);
  const span = { start: Math.min(error.pos[0], end), end };
  const code = `yaml-${error.code.toLowerCase().replaceAll("_", "-")}`;
  switch (error.code) {
    case "TAB_AS_INDENT":
      return {
        code,
        span,
        message: "a tab indents this line",
        help: "indent with spaces; YAML does not allow tabs there",
      };
    case "BAD_INDENT":
      return { code, ...explainIndent(parsed, span, error.message) };
    case "MULTILINE_IMPLICIT_KEY":
      return { code, ...explainMissingColon(parsed, span) };
    case "MISSING_CHAR":
      return error.message.startsWith("Missing closing")
        ? { code, ...explainOpenQuote(parsed, span) }
        : { code, ...explainMissingColon(parsed, span) };
    case "BLOCK_AS_IMPLICIT_KEY":
      return { code, ...explainNestedMapping(parsed, span) };
    case "BAD_SCALAR_START":
      return {
        code,
        span,
        message: "an unquoted value cannot start with this character",
        help: "put the value in quotes",
      };
    case "BAD_DQ_ESCAPE":
      return {
        code,
        span,
        message: "unknown escape sequence in double quotes",
        help: 'write a backslash as "\\\\", or use single quotes, in which it means itself',
      };
    case "MULTIPLE_DOCS":
      return {
        code,
        span: { start: span.start, end: Math.min(span.start + 3, span.end) },
        message: "a second YAML document begins here",
        help: "a configuration is one document; remove this line",
      };
    case "RESOURCE_EXHAUSTION":
      return { code, span, message: "values are nested too deeply here" };
    case "UNEXPECTED_TOKEN":
      return {
        code,
        span: restOfLine(parsed, span.start),
        message: `unexpected text ${quoted(parsed, restOfLine(parsed, span.start))}`,
        help: "the value before it is complete; check quotes and indentation",
      };
    default:
      return { code, span, message: lowerFirst(error.message) };
  }
}

type Explanation = Omit<SyntaxMistake, "code">;

function explainIndent(parsed: ParsedText, span: Span, message: string): Explanation {
  const bracket = /end with a ([\]}])/.exec(message)?.[1];
  if (bracket !== undefined) {
    return {
      span,
      message: `no closing "${bracket}" before this point, or it is not indented enough`,
      help: `close the ${bracket === "]" ? "list" : "mapping"} that begins with "${
        bracket === "]" ? "[" : "{"
      }"`,
    };
  }
  const line = restOfLine(parsed, span.start);
  const start = line.start + (slice(parsed, line).length - slice(parsed, line).trimStart().length);
  return {
    span: { start, end: line.end },
    message: "the indentation of this line fits no line above it",
    help: "keys that belong together start at the same column",
  };
}

function explainMissingColon(parsed: ParsedText, span: Span): Explanation {
  const line = restOfLine(parsed, span.start);
  return {
    span: line,
    message: `no ":" after ${quoted(parsed, line)}`,
    help: "a key is followed by a colon and a space; text on its own has no place here",
  };
}

function explainNestedMapping(parsed: ParsedText, span: Span): Explanation {
  const line = restOfLine(parsed, span.start);
  if (/:(\s|$)/.test(slice(parsed, line))) {
    return {
      span: line,
      message: 'an unquoted value contains ": "',
      help: "put the whole value in quotes",
    };
  }
  return {
    span: line,
    message: `the lines under ${quoted(parsed, line)} are indented as if they belonged to it`,
    help: "a key has either a value on its line or keys under it; check the indentation",
  };
}

/** The parser complains at the end of the file; the mistake is where the quote was opened. */
function explainOpenQuote(parsed: ParsedText, span: Span): Explanation {
  const start = parsed.quoteStarts.get(span.start);
  if (start === undefined) return { span, message: "a quote is not closed before this point" };
  return {
    span: restOfLine(parsed, start),
    message: "a quote is opened here and never closed",
    help: `add the closing ${parsed.text[start]} at the end of the value`,
  };
}

function quoteStarts(document: Document): Map<number, number> {
  const found = new Map<number, number>();
  visit(document, {
    Scalar(_key, node) {
      if (!isScalar(node) || !node.range || !node.type?.startsWith("QUOTE")) return;
      found.set(node.range[1], node.range[0]);
    },
  });
  return found;
}

/** From an offset to the last visible character of its line. */
function restOfLine(parsed: ParsedText, start: number): Span {
  const { end } = parsed.lines.range(parsed.lines.line(start));
  const shown = parsed.text.slice(start, end).trimEnd().length;
  return { start, end: Math.min(start + Math.max(shown, 1), parsed.text.length) };
}

function slice(parsed: ParsedText, span: Span): string {
  return parsed.text.slice(span.start, span.end);
}

function quoted(parsed: ParsedText, span: Span): string {
  return quote(parsed.shown.slice(span.start, span.end));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
