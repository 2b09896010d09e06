/**
 * Messages show the lines that they are about, on screens and in logs; passwords, tokens and the
 * like must not come along. They are covered letter by letter, so that all places stay right.
 */
import type { Span } from "../base/diagnostic.ts";
import { type ConfigNode, type Entry, findEntry } from "./config_node.ts";

/** Keys under a user or a token whose values are no secrets. */
const HARMLESS = ["role", "token_env", "token_file"];
/** Wherever they stand, in `env` for one: names of secrets, but not of places of secrets. */
const SECRET_WORDS =
  "(?:passw(?:or)?d|passphrase|secret|token|credential|authorization|api[_-]?key|private[_-]?key)" +
  "(?:[_-]?hash)?";
const SECRET_KEY = new RegExp(`${SECRET_WORDS}$`, "i");
const LINE_WITH_SECRET = new RegExp(`${SECRET_WORDS}["']?[ \\t]*:[ \\t]*(\\S.*)`, "gi");
const HASH = /\$scrypt\$\S+/g;

/** `root` is null when the text is no YAML: then what looks like a secret counts as one. */
export function hideSecrets(text: string, root: ConfigNode | null): string {
  const spans = root === null ? likelySecrets(text) : secretsIn(root);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of spans.sort((a, b) => a.start - b.start)) {
    const from = Math.max(at, start); // Two of them may overlap.
    if (end <= from) continue;
    parts.push(text.slice(at, from), text.slice(from, end).replaceAll(/[^\r\n]/g, "*"));
    at = end;
  }
  return parts.join("") + text.slice(at);
}

function likelySecrets(text: string): Span[] {
  const spans = [];
  for (const match of text.matchAll(LINE_WITH_SECRET)) {
    const end = match.index + match[0].length;
    spans.push({ start: end - match[1]!.length, end });
  }
  for (const { index, 0: found } of text.matchAll(HASH)) {
    spans.push({ start: index, end: index + found.length });
  }
  return spans;
}

function secretsIn(root: ConfigNode): Span[] {
  const http = child(child(root, "taskmaster"), "http");
  const ofHttp = ["users", "tokens"].flatMap((key) => entriesOf(child(http, key)))
    .flatMap(({ value }) => value.kind === "map" ? values(value) : of(value));
  const ofAlerts = entriesOf(child(root, "alerts")).flatMap(({ value }) => entriesOf(value))
    .flatMap(ofAlert);
  return [...ofHttp, ...ofAlerts, ...named(root)];
}

function values(map: ConfigNode & { readonly kind: "map" }): Span[] {
  // A misspelt key has the same secret.
  return map.entries.flatMap(({ key, value }) => HARMLESS.includes(key) ? [] : of(value));
}

/** Of a URL everything after the host may be one. */
function ofAlert({ key, value }: Entry): Span[] {
  if (key === "headers") return entriesOf(value).flatMap((header) => of(header.value));
  if (key !== "url" || value.kind !== "text") return [];
  const shown = /^[a-z]+:\/\/[^/@\s]*\/?/i.exec(value.text)?.[0].length ?? 0;
  return of(value).map(({ start, end }) => {
    const quote = end - start > value.text.length ? 1 : 0;
    return { start: Math.min(end, start + quote + shown), end };
  });
}

/** What has such a name, in the whole tree. What aliases repeat is looked at where it is defined. */
function named(node: ConfigNode): Span[] {
  if (node.definedAt !== undefined || node.kind === "text") return [];
  if (node.kind === "list") return node.items.flatMap(named);
  return node.entries.flatMap(({ key, value }) => SECRET_KEY.test(key) ? of(value) : named(value));
}

function child(node: ConfigNode | undefined, key: string): ConfigNode | undefined {
  return node?.kind === "map" ? findEntry(node, key)?.value : undefined;
}

function entriesOf(node: ConfigNode | undefined): readonly Entry[] {
  return node?.kind === "map" ? node.entries : [];
}

function of({ span, definedAt }: ConfigNode): Span[] {
  return definedAt === undefined ? [span] : [span, definedAt];
}
