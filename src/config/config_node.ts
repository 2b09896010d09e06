/**
 * The tree of a configuration file: what YAML says, without YAML's machinery. Aliases are followed
 * and merge keys are merged; every node knows where it stands in the text.
 */
import type { Span } from "../base/diagnostic.ts";

interface Place {
  readonly span: Span;
  /** For the use of an alias: where the value itself is written. */
  readonly definedAt?: Span;
}

/** A scalar as written: quotes and escapes are undone, numbers and booleans are not read. */
export interface TextNode extends Place {
  readonly kind: "text";
  readonly text: string;
  /** Nothing, `~` or `null`, without quotes. */
  readonly isNull: boolean;
  /** An alias that stands for nothing; that is reported already. */
  readonly isBroken?: true;
}

export interface ListNode extends Place {
  readonly kind: "list";
  readonly items: readonly ConfigNode[];
}

export interface MapNode extends Place {
  readonly kind: "map";
  /** Keys are unique. */
  readonly entries: readonly Entry[];
  /** Written there in vain: duplicates, and what is merged under a key that is there already. */
  readonly ignored: readonly Entry[];
}

export type ConfigNode = TextNode | ListNode | MapNode;

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: ConfigNode;
}

export function findEntry(map: MapNode, key: string): Entry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

export function isNull(node: ConfigNode): boolean {
  return node.kind === "text" && node.isNull;
}

export function isBroken(node: ConfigNode): boolean {
  return node.kind === "text" && node.isBroken === true;
}

/** What a person would call this kind of value. */
export function describeKind(node: ConfigNode): string {
  if (node.kind === "text") return node.isNull ? "nothing" : "text";
  return node.kind === "list" ? "a list" : "a mapping";
}
