/** What the run is judged by. */
export interface Check {
  readonly name: string;
  /** How much was looked at: a check that saw nothing proves nothing. */
  readonly seen: string;
  /** What was wrong; empty when nothing was. */
  readonly complaints: readonly string[];
}

const MOST_SHOWN = 10;

export function describeCheck({ name, seen, complaints }: Check): string {
  const word = complaints.length === 0 ? "ok  " : "FAIL";
  const shown = complaints.slice(0, MOST_SHOWN).map((complaint) => `\n        ${complaint}`);
  const more = complaints.length - shown.length;
  return `${word}  ${name} (${seen})${shown.join("")}${
    more > 0 ? `\n        and ${more} more` : ""
  }`;
}
