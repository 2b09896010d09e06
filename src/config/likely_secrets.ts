/** What looks like a secret in a text, without a tree that says what is what. */
import type { Span } from "../base/diagnostic.ts";

export const SECRET_WORDS =
  "(?:passw(?:or)?d|passphrase|secret|token|credential|authorization|api[_-]?key|private[_-]?key)" +
  "(?:[_-]?hash)?";

/** Keys of alerts whose values are no secrets. What is not here is hidden. */
export const SHOWN_ALERT_KEYS: readonly string[] = [
  ...["type", "on", "programs", "group_window", "max_per_hour", "retry_for", "timeout"],
  ...["output_lines", "host", "port", "security", "username", "password_file", "from", "to"],
  ...["ca_file", "address", "facility", "ident"],
];

const HASH = /\$scrypt\$\S+/g;
/** "user:password@" or "token@" in a URL. */
export const LOGIN_IN_URL = /(?<=:\/\/)(?:[^\s/@:]{0,200}:\S{0,200}@|[^\s/@]{1,200}@)/g;
const LINE_WITH_SECRET = new RegExp(
  `(?:${SECRET_WORDS}|\\b(?:url|template))["']?[ \\t]*:[ \\t]*(\\S.*)`,
  "gi",
);
/** What is under these, or after them in a flow mapping, is hidden but for what is harmless. */
const SECTION = /(?<=^|[\s{,])["']?(alerts|headers)["']?[ \t]*:/g;
const KEY_AND_VALUE = /^\s*(?:- +)?["']?([\w.-]+)["']?[ \t]*:(?:[ \t]+(.*)|$)/;
/** Nothing of these can be the value of one harmless key. */
const MORE_THAN_A_VALUE = /[{}]|:\s|:\/\/\S*@|["']\s*:/;

/** Secrets that can be told by their own look. */
export function secretsAnywhere(text: string): Span[] {
  return [HASH, LOGIN_IN_URL].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => ({
      start: index,
      end: index + found.length,
    }))
  );
}

/** For a text that is no YAML: rather too many than too few. */
export function likelySecrets(text: string): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(LINE_WITH_SECRET)) {
    const end = match.index + match[0].length;
    spans.push({ start: end - match[1]!.length, end });
  }
  return [
    ...spans,
    ...inSections(text, "alerts", SHOWN_ALERT_KEYS),
    ...inSections(text, "headers", []),
  ];
}

function inSections(text: string, name: string, shownKeys: readonly string[]): Span[] {
  const spans: Span[] = [];
  let done = 0;
  for (const match of text.matchAll(SECTION)) {
    if (match[1] !== name || match.index < done) continue;
    done = endOfSection(text, match.index);
    for (const line of linesOf(text, match.index + match[0].length, done)) {
      spans.push(...ofLine(text, line, shownKeys));
    }
  }
  return spans;
}

/** The next line that is not indented more; the end of the text when it does not begin a line. */
export function endOfSection(text: string, start: number): number {
  const indent = start - (text.lastIndexOf("\n", start - 1) + 1);
  if (text.slice(start - indent, start).trim() !== "") return text.length;
  const firstEnd = text.indexOf("\n", start);
  if (firstEnd < 0) return text.length;
  for (const line of linesOf(text, firstEnd + 1, text.length)) {
    const content = text.slice(line.start, line.end);
    const own = content.search(/[^\s]/);
    if (own < 0 || own > indent || content[own] === "#") continue;
    // A list may stand right below its key.
    if (own < indent || content[own] !== "-") return line.start;
  }
  return text.length;
}

export function* linesOf(text: string, start: number, end: number): Generator<Span> {
  for (let at = start; at < end;) {
    const next = text.indexOf("\n", at);
    const stop = next < 0 ? end : Math.min(next, end);
    yield { start: at, end: stop };
    at = stop + 1;
  }
}

/** What is hidden of one line: its value, if it has a key; else all of it. */
export function ofLine(text: string, { start, end }: Span, shownKeys: readonly string[]): Span[] {
  const line = text.slice(start, end).trimEnd();
  const match = KEY_AND_VALUE.exec(line);
  const [, key = "", value = ""] = match ?? [];
  if (match !== null && value === "") return [];
  if (shownKeys.includes(key) && !MORE_THAN_A_VALUE.test(value)) return [];
  const hidden = match === null ? line.trimStart() : value;
  return [{ start: start + line.length - hidden.length, end: start + line.length }];
}
