/** A line of a file the user wrote, made fit for a terminal: safe to print, and not too long. */
import stringWidth from "fast-string-width";
import type { Span } from "../base/diagnostic.ts";

export interface Excerpt {
  readonly shown: string;
  /** Columns to the left of what is marked. */
  readonly before: number;
  /** Columns that are marked, at least one. */
  readonly marked: number;
}

interface Cell {
  readonly text: string;
  readonly width: number;
  readonly isMarked: boolean;
}

/** As much of a line around the marked span as fits into `available` columns. */
export function excerpt(text: string, line: Span, marked: Span, available: number): Excerpt {
  const start = Math.min(Math.max(marked.start, line.start), line.end);
  const end = Math.min(Math.max(marked.end, start), line.end);
  // Characters further away than the terminal is wide cannot be shown, and lines may be megabytes.
  const reach = Math.min(available, 10_000) * 4;
  const from = Math.max(line.start, start - reach);
  const to = Math.min(line.end, start + reach);
  const left = cells(text.slice(from, start), false);
  const all = [
    ...left,
    ...cells(text.slice(start, Math.min(end, to)), true),
    ...cells(text.slice(Math.min(end, to), to), false),
  ];
  if (from === line.start && to === line.end && width(all) <= available) {
    return measure(all, left.length);
  }

  const first = from === line.start
    ? firstShown(left, available)
    : keptFromEnd(left, available / 3);
  const prefix = first > 0 || from > line.start ? [ELLIPSIS] : [];
  const rest = all.slice(first);
  const markedAt = prefix.length + left.length - first;
  const room = available - prefix.length;
  if (to === line.end && width(rest) <= room) return measure([...prefix, ...rest], markedAt);
  return measure([...prefix, ...takeFirst(rest, room - 1), ELLIPSIS], markedAt);
}

const ELLIPSIS: Cell = { text: "…", width: 1, isMarked: false };

/** A line keeps its beginning as long as something of what is marked can be seen after it. */
function firstShown(left: readonly Cell[], available: number): number {
  return width(left) <= available * 2 / 3 ? 0 : keptFromEnd(left, available / 3);
}

/** Index of the first of the last cells that fit into so many columns. */
function keptFromEnd(list: readonly Cell[], columns: number): number {
  let index = list.length;
  let sum = 0;
  while (index > 0 && sum + list[index - 1]!.width <= columns) sum += list[--index]!.width;
  return index;
}

function takeFirst(list: readonly Cell[], columns: number): readonly Cell[] {
  let sum = 0;
  const index = list.findIndex((cell) => (sum += cell.width) > columns);
  return index < 0 ? list : list.slice(0, index);
}

function measure(list: readonly Cell[], markedAt: number): Excerpt {
  return {
    shown: list.map(({ text }) => text).join(""),
    before: width(list.slice(0, markedAt)),
    marked: Math.max(1, width(list.filter(({ isMarked }) => isMarked))),
  };
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

function cells(text: string, isMarked: boolean): Cell[] {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => {
    const shown = visible(segment);
    return { text: shown, width: stringWidth(shown), isMarked };
  });
}

function width(list: readonly Cell[]): number {
  return list.reduce((sum, cell) => sum + cell.width, 0);
}

/**
 * Control characters as their pictures, tabs as spaces, and characters that change the direction
 * of text or cannot be seen as their numbers.
 */
export function visible(text: string): string {
  return text.replaceAll("\t", "    ").replaceAll(
    // deno-lint-ignore no-control-regex
    /[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu,
    (character) => {
      const code = character.charCodeAt(0);
      if (code < 0x20) return String.fromCharCode(0x2400 + code);
      if (code === 0x7f) return "␡";
      return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
    },
  );
}
