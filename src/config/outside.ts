/** What settings refer to and the file does not contain: variables, and files of one secret. */
import type { Result } from "../base/result.ts";
import { whyNotToken } from "../core/http_settings.ts";
import { findEntry, type MapNode } from "./config_node.ts";
import type { ConfigContext } from "./context.ts";
import type { Mistakes } from "./mistakes.ts";
import { absolutePath } from "./resolve_path.ts";

export type Outside =
  | { readonly kind: "env"; readonly name: string }
  /** Absolute. */
  | { readonly kind: "file"; readonly path: string };

/** Its text, or a sentence about what keeps it from being had. Nothing of a secret is in that. */
export type LookOutside = (what: Outside) => Result<string, string>;

const KEYS: readonly (readonly [key: string, kind: Outside["kind"]])[] = [
  ["password_env", "env"],
  ["password_file", "file"],
  ["token_env", "env"],
  ["token_file", "file"],
  ["ca_file", "file"],
];

const HELP: { readonly [K in Outside["kind"]]: string } = {
  env: "taskmaster has to have it in its environment when it is started",
  file: "taskmaster reads it as who it is started as, before it becomes another user",
};

/**
 * Where the context says how to look. Only a warning: taskmaster may be started by another user, in
 * another environment. Values of `values` are known to be right.
 */
export function warnOfMissing(
  map: MapNode,
  place: string,
  values: object,
  { context, mistakes }: { readonly context: ConfigContext; readonly mistakes: Mistakes },
): void {
  const { lookOutside } = context;
  if (lookOutside === undefined) return;
  for (const [key, kind] of KEYS) {
    const entry = findEntry(map, key);
    const value = (values as Readonly<Record<string, unknown>>)[key];
    if (entry === undefined || typeof value !== "string") continue;
    const found = lookOutside(
      kind === "env" ? { kind, name: value } : { kind, path: absolutePath(value, context) },
    );
    const why = found.ok ? whyNotUsable(found.value.trim(), key) : found.error;
    if (why === null) continue;
    mistakes.warning(
      kind === "env" ? "variable-missing" : "file-missing",
      entry.value.span,
      `${place}.${key}: ${why}`,
      { help: HELP[kind] },
    );
  }
}

function whyNotUsable(text: string, key: string): string | null {
  const reason = text === "" ? "is empty" : key.startsWith("token_") ? whyNotToken(text) : null;
  return reason === null ? null : `what it names ${reason}`;
}
