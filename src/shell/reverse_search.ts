/** Searching the history backwards, as Ctrl-R does: state and key → state. */
import { isCtrl, isText, type Key } from "./keys.ts";

/** Nobody types more to find a line; what is pasted would be searched for letter by letter. */
const LONGEST_TEXT = 100;

export interface ReverseSearch {
  readonly text: string;
  /** Index of the match in the entries, newest first; -1 before the first match. */
  readonly index: number;
  /** The last attempt found nothing; the match before it stays shown. */
  readonly hasFailed: boolean;
  /** What was typed before the search. */
  readonly original: { readonly line: string; readonly cursor: number };
}

export type SearchStep =
  | { readonly kind: "search"; readonly state: ReverseSearch }
  | { readonly kind: "cancel" }
  /** Take the match for editing; the key then does to it what it does to any line. */
  | { readonly kind: "accept" };

export function startSearch(line: string, cursor: number): ReverseSearch {
  return { text: "", index: -1, hasFailed: false, original: { line, cursor } };
}

/** `entries` newest first. */
export function searchStep(
  state: ReverseSearch,
  key: Key,
  entries: readonly string[],
): SearchStep {
  if (isCtrl(key, "r")) {
    return { kind: "search", state: searchFrom(state, state.index + 1, entries) };
  }
  if (isCtrl(key, "c") || isCtrl(key, "g") || key.info.name === "escape") return { kind: "cancel" };
  if (key.info.name === "backspace" || isCtrl(key, "h")) {
    const text = [...state.text].slice(0, -1).join("");
    return { kind: "search", state: searchFrom({ ...state, text, index: -1 }, 0, entries) };
  }
  if (isText(key)) {
    const text = state.text + key.text;
    if (text.length > LONGEST_TEXT) return { kind: "search", state };
    return {
      kind: "search",
      state: searchFrom({ ...state, text }, Math.max(state.index, 0), entries),
    };
  }
  return { kind: "accept" };
}

/** The line and cursor to show: the match, or what was typed while there is none. */
export function foundLine(
  state: ReverseSearch,
  entries: readonly string[],
): { readonly line: string; readonly cursor: number } {
  const line = entries[state.index];
  if (line === undefined) return state.original;
  return { line, cursor: Math.max(line.indexOf(state.text), 0) };
}

export function searchPrompt(state: ReverseSearch): string {
  return `(${state.hasFailed ? "failed " : ""}reverse-search) '${state.text}': `;
}

function searchFrom(
  state: ReverseSearch,
  from: number,
  entries: readonly string[],
): ReverseSearch {
  if (state.text === "") return { ...state, index: -1, hasFailed: false };
  // The same line entered several times is one match.
  const shown = entries[state.index];
  const index = entries.findIndex((entry, position) =>
    position >= from && entry.includes(state.text) && (position === state.index || entry !== shown)
  );
  return index < 0 ? { ...state, hasFailed: true } : { ...state, index, hasFailed: false };
}
