/**
 * Messages show the lines that they are about, on screens and in logs; tokens and the hashes of
 * passwords must not come along. They are covered letter by letter, so that all places stay right.
 */
import type { Span } from "../base/diagnostic.ts";
import { type ConfigNode, findEntry } from "./config_node.ts";

/** Keys under a user or a token whose values are no secrets. */
const HARMLESS = ["role", "token_env", "token_file"];
const LINE_WITH_SECRET = /\b(?:token|password_hash|password)["']?[ \t]*:[ \t]*(\S.*)/g;
const HASH = /\$scrypt\$\S+/g;

/** `root` is null when the text is no YAML: then what looks like a secret counts as one. */
export function hideSecrets(text: string, root: ConfigNode | null): string {
  const spans = root === null ? likelySecrets(text) : secretsIn(root);
  let hidden = text;
  for (const { start, end } of spans) {
    const covered = hidden.slice(start, end).replaceAll(/[^\r\n]/g, "*");
    hidden = hidden.slice(0, start) + covered + hidden.slice(end);
  }
  return hidden;
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
  return ["users", "tokens"].flatMap((key) => {
    const section = child(http, key);
    if (section?.kind !== "map") return [];
    return section.entries.flatMap(({ value }) => value.kind === "map" ? values(value) : of(value));
  });
}

function values(map: ConfigNode & { readonly kind: "map" }): Span[] {
  // A misspelt key has the same secret.
  return map.entries.flatMap(({ key, value }) => HARMLESS.includes(key) ? [] : of(value));
}

function child(node: ConfigNode | undefined, key: string): ConfigNode | undefined {
  return node?.kind === "map" ? findEntry(node, key)?.value : undefined;
}

function of({ span, definedAt }: ConfigNode): Span[] {
  return definedAt === undefined ? [span] : [span, definedAt];
}
