/** Tab: what to insert, and how to list what there is to choose from. */
import stringWidth from "fast-string-width";
import type { Completion } from "./line_editor.ts";

export interface CompletedLine {
  readonly line: string;
  readonly cursor: number;
  /** To list; empty when the line became longer or there is nothing to choose from. */
  readonly choices: readonly string[];
}

/** The line after Tab. A single candidate is finished with a space. */
export function completeLine(line: string, cursor: number, completion: Completion): CompletedLine {
  const candidates = [...new Set(completion.candidates)];
  if (candidates.length === 0) return { line, cursor, choices: [] };
  const before = line.slice(0, completion.replaceFrom);
  const typed = line.slice(completion.replaceFrom, cursor);
  const after = line.slice(cursor);
  const common = commonPrefix(candidates);
  const isOnly = candidates.length === 1;
  // A wildcard or another spelling is only replaced when there is no doubt.
  const word = isOnly || common.startsWith(typed) ? common : typed;
  const space = isOnly && !after.startsWith(" ") ? " " : "";
  const completed = before + word + space;
  const isSame = word === typed && space === "";
  return {
    line: completed + after,
    // The space that was there already is stepped over.
    cursor: completed.length + (isOnly && space === "" ? 1 : 0),
    choices: isSame && !isOnly ? candidates : [],
  };
}

/** The longest beginning that all have in common; never half a character. */
export function commonPrefix(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  const characters = [...first];
  let prefix = "";
  for (const character of characters) {
    if (!others.every((text) => text.startsWith(prefix + character))) break;
    prefix += character;
  }
  return prefix;
}

/** Columns read downwards, as `ls` has them; one per line when `width` is not known or too small. */
export function layOutColumns(texts: readonly string[], width: number): string {
  const gap = 2;
  const widths = texts.map((text) => stringWidth(text));
  const columnWidth = Math.max(0, ...widths) + gap;
  // The last column needs no gap.
  const columns = Math.max(1, Math.floor((width + gap) / columnWidth));
  const rows = Math.ceil(texts.length / columns);
  let output = "";
  for (let row = 0; row < rows; row++) {
    let line = "";
    for (let index = row; index < texts.length; index += rows) {
      const isLast = index + rows >= texts.length;
      line += texts[index]! + (isLast ? "" : " ".repeat(columnWidth - widths[index]!));
    }
    output += `${line}\n`;
  }
  return output;
}
