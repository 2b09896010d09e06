/** The YAML library's tree to ours: aliases, merge keys, duplicate keys, tags. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Span } from "../base/diagnostic.ts";
import type { ConfigNode, Entry, MapNode } from "./config_node.ts";
import { describeKind, isBroken } from "./config_node.ts";
import type { Mistakes } from "./mistakes.ts";
import { quote, shownKey } from "./quote.ts";

/** Null when the document has no content at all. */
export function convertDocument(
  document: Document,
  text: string,
  mistakes: Mistakes,
): ConfigNode | null {
  if (document.contents === null) return null;
  return new Converter(text, mistakes).node(document.contents as Node);
}

const NULL_TEXT = /^(?:~|null|Null|NULL)?$/;
const KNOWN_TAGS = /^(?:!|tag:yaml\.org,2002:(?:str|int|float|bool|map|seq|merge))$/;

/** A few lines of aliases of aliases could otherwise ask for more work than there is time for. */
const MOST_REPEATED = 250_000;

interface Anchored {
  readonly node: ConfigNode;
  /** How many nodes it consists of. */
  readonly size: number;
}

class Converter {
  readonly #text: string;
  readonly #mistakes: Mistakes;
  /**
   * What each anchor stands for. A node is entered when it is complete, so an alias inside its own
   * anchor finds nothing; and it is shared, not copied, so aliases take no memory.
   */
  readonly #anchors = new Map<string, Anchored>();
  /** Nodes so far, those that aliases repeat counted each time. */
  #size = 0;
  #repeated = 0;

  constructor(text: string, mistakes: Mistakes) {
    this.#text = text;
    this.#mistakes = mistakes;
  }

  node(source: Node): ConfigNode {
    if (isAlias(source)) return this.#alias(source.source, this.#span(source));
    const sizeBefore = this.#size++;
    const span = this.#span(source);
    this.#checkTag(source, span);
    const node = this.#bare(source, span);
    const { anchor } = source as { anchor?: string };
    if (anchor !== undefined) {
      this.#anchors.set(anchor, { node, size: this.#size - sizeBefore });
    }
    return node;
  }

  #bare(source: Node, span: Span): ConfigNode {
    if (isMap(source)) return { kind: "map", span, ...this.#entries(source.items as Pair[]) };
    if (isSeq(source)) {
      return { kind: "list", span, items: source.items.map((item) => this.node(item as Node)) };
    }
    if (!isScalar(source)) throw new TypeError(`unknown YAML node at ${span.start}`);
    const text = typeof source.value === "string" ? source.value : source.source ?? "";
    if (text.includes("\0")) {
      this.#mistakes.error("nul-byte", span, "a NUL byte in text", {
        help: "neither arguments, names nor paths can contain one",
      });
    }
    const isNull = source.type === "PLAIN" && source.tag === undefined && NULL_TEXT.test(text);
    return { kind: "text", span, text, isNull };
  }

  #alias(name: string, span: Span): ConfigNode {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      this.#mistakes.error(
        "unknown-alias",
        span,
        "no anchor of this name above this alias",
        { help: 'put the value in quotes if the "*" belongs to it' },
      );
      return brokenAt(span);
    }
    if (!this.#repeat(target.size, span)) return brokenAt(span);
    const { node } = target;
    return { ...node, span, definedAt: node.definedAt ?? node.span };
  }

  /** Whether so many nodes may be repeated; the first time they may not, that is reported. */
  #repeat(size: number, span: Span): boolean {
    const wasFine = this.#repeated <= MOST_REPEATED;
    this.#size += size;
    this.#repeated += size;
    if (this.#repeated <= MOST_REPEATED) return true;
    if (wasFine) {
      this.#mistakes.error("too-many-aliases", span, "aliases repeat too much of the file", {
        help: `together they may stand for ${MOST_REPEATED} values`,
      });
    }
    return false;
  }

  #entries(pairs: readonly Pair[]): Pick<MapNode, "entries" | "ignored"> {
    const own = new Map<string, Entry>();
    const merged: Entry[] = [];
    const ignored: Entry[] = [];
    for (const pair of pairs) {
      const keyNode = pair.key as Node;
      const key = this.node(keyNode);
      // A key without a value has no node at all in flow mappings: {a, b: 1}.
      const value = pair.value ? this.node(pair.value as Node) : emptyAt(key.span.end);
      if (isScalar(keyNode) && keyNode.type === "PLAIN" && keyNode.value === "<<") {
        if (isBroken(value)) continue;
        for (const map of this.#mergeSources(value)) {
          for (const entry of map.entries) merged.push(entry);
        }
      } else if (key.kind !== "text") {
        this.#mistakes.error("key-not-text", key.span, `${describeKind(key)} as a key`, {
          help: "keys are words",
        });
      } else {
        const entry = { key: key.text, keySpan: key.span, value };
        const first = own.get(entry.key);
        if (first === undefined) own.set(entry.key, entry);
        else {
          ignored.push(entry);
          this.#reportDuplicate(entry, first);
        }
      }
    }
    for (const entry of merged) {
      if (own.has(entry.key)) ignored.push(entry);
      else own.set(entry.key, entry);
    }
    return { entries: [...own.values()], ignored };
  }

  #reportDuplicate(entry: Entry, first: Entry): void {
    this.#mistakes.error(
      "duplicate-key",
      entry.keySpan,
      `duplicate key ${quote(shownKey(entry.key))}`,
      {
        related: { message: "first defined here", span: first.keySpan },
      },
    );
  }

  #mergeSources(value: ConfigNode): readonly MapNode[] {
    if (value.kind === "map") return [value];
    if (value.kind === "list" && value.items.every((item) => item.kind === "map")) {
      return value.items as readonly MapNode[];
    }
    this.#mistakes.error("bad-merge", value.span, `"<<" merges ${describeKind(value)}`, {
      help: 'write an alias of a mapping, "<<: *name", or a list of such aliases',
    });
    return [];
  }

  #checkTag(source: Node, span: Span): void {
    const tag = source.tag;
    if (tag === undefined || KNOWN_TAGS.test(tag)) return;
    const before = this.#text.slice(Math.max(0, span.start - 300), span.start);
    const written = /![^\s,]*(?=\s*(?:&\S+\s*)?$)/.exec(before);
    const start = written === null ? span.start : span.start - before.length + written.index;
    const tagSpan = written === null ? span : { start, end: start + written[0].length };
    // Not repeated in the message: it may be a password that begins with "!".
    this.#mistakes.error("unknown-tag", tagSpan, "a tag has no meaning here", {
      help: 'remove it, or put the value in quotes if the "!" belongs to it',
    });
  }

  #span(source: Node): Span {
    const [start, valueEnd] = source.range ?? [0, 0];
    // The range of a block reaches into the empty lines after it.
    const end = start + this.#text.slice(start, valueEnd).trimEnd().length;
    return { start, end: Math.max(start, end) };
  }
}

function brokenAt(span: Span): ConfigNode {
  return { kind: "text", span, text: "", isNull: true, isBroken: true };
}

function emptyAt(offset: number): ConfigNode {
  return { kind: "text", span: { start: offset, end: offset }, text: "", isNull: true };
}
