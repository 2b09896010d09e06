/** A mapping of settings against a schema: each key on its own, so that none hides another. */
import type * as z from "zod";
import { nearest } from "../base/edit_distance.ts";
import type { ConfigNode, Entry, MapNode } from "./config_node.ts";
import { isBroken, isNull } from "./config_node.ts";
import type { Mistakes, Scope } from "./mistakes.ts";
import { listOf, quote, shownKey } from "./quote.ts";
import { settingDocs } from "./setting.ts";
import { reportIssue } from "./value_mistakes.ts";

export type Shape = Readonly<Record<string, z.ZodType>>;

/** Settings that have a value which could be read. */
export type Settings<S extends Shape> = { readonly [K in keyof S]?: z.output<S[K]> };

export interface SettingsKind<S extends Shape> {
  readonly shape: S;
  /** Hints for keys of other supervisors. */
  readonly foreignKeys: ReadonlyMap<string, string>;
}

/** Reads what can be read and reports the rest; `place` is how messages call the mapping. */
export function readSettings<S extends Shape>(
  map: MapNode,
  kind: SettingsKind<S>,
  place: string,
  scope: Scope,
): Settings<S> {
  const settings: Record<string, unknown> = {};
  for (const entry of map.entries) {
    if (isExtension(entry.key)) continue;
    if (!Object.hasOwn(kind.shape, entry.key)) {
      reportUnknownKey(entry, kind, place, scope.mistakes);
      continue;
    }
    const result = readSetting(entry, kind.shape[entry.key]!, `${place}.${entry.key}`, scope);
    if (result !== undefined) settings[entry.key] = result.value;
  }
  return settings as Settings<S>;
}

/** Keys for the user's own purposes, such as anchors. */
export function isExtension(key: string): boolean {
  return key.startsWith("x-");
}

function readSetting(
  entry: Entry,
  type: z.ZodType,
  place: string,
  scope: Scope,
): { readonly value: unknown } | undefined {
  if (isBroken(entry.value)) return undefined;
  const doc = settingDocs.get(type)!;
  if (isNull(entry.value)) {
    if ("whenEmpty" in doc) return { value: doc.whenEmpty };
    scope.mistakes.error("no-value", entry.keySpan, `${place} has no value`, {
      help: `write ${doc.expects} after "${entry.key}:", or remove the line`,
    });
    return undefined;
  }
  const result = type.safeParse(plainValue(entry.value));
  if (result.success) return { value: result.data };
  for (const issue of result.error.issues) {
    reportIssue(issue, { value: entry.value, place, expects: doc.expects }, scope);
  }
  return undefined;
}

/** What the schema sees of a node: text as written, null, lists, Maps. */
export function plainValue(node: ConfigNode): unknown {
  if (node.kind === "text") return node.isNull ? null : node.text;
  if (node.kind === "list") return node.items.map(shallowValue);
  return new Map(node.entries.map(({ key, value }) => [key, shallowValue(value)]));
}

/** No setting has a value deeper than this, and aliases can make trees endlessly deep. */
function shallowValue(node: ConfigNode): unknown {
  if (node.kind === "text") return node.isNull ? null : node.text;
  return node.kind === "list" ? [] : new Map();
}

function reportUnknownKey<S extends Shape>(
  entry: Entry,
  kind: SettingsKind<S>,
  place: string,
  mistakes: Mistakes,
): void {
  const keys = Object.keys(kind.shape);
  const suggestion = nearest(entry.key, keys);
  const help = kind.foreignKeys.get(entry.key) ??
    (suggestion === undefined
      ? `the keys are ${listOf(keys, "and")}`
      : `did you mean "${suggestion}"?`);
  const name = shownKey(entry.key);
  mistakes.error("unknown-key", entry.keySpan, `unknown key ${quote(name)} in ${place}`, {
    help: name === entry.key
      ? help
      : name.endsWith("=…")
      ? 'keys are written "name: value"'
      : 'put a space after the ":", and a value that has one into quotes',
  });
}
