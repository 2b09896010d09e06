/** Small questions about text that is printed or was answered. */

/** `text` with a line end at its end. */
export function wholeLines(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

export function countLines(text: string): number {
  return wholeLines(text).split("\n").length - 1;
}

export function isYes(answer: string): boolean {
  return /^\s*y(es)?\s*$/i.test(answer);
}
