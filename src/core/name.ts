/** Names of programs and processes, and the selectors that users write for them. */

const PROGRAM_NAME = /^[A-Za-z0-9_.-]+$/;

export function isProgramName(text: string): boolean {
  return PROGRAM_NAME.test(text) && text !== "all";
}

/** A process's fixed identity, whatever `numprocs` does to the name it is shown by. */
export type ProcessId = string & { readonly __brand: "ProcessId" };

export function processId(program: string, num: number): ProcessId {
  return `${program}:${num}` as ProcessId;
}

/** The name users see: "web" when the program has one process, else "web:0", "web:1", … */
export function processName(program: string, num: number, numprocs: number): string {
  return numprocs === 1 ? program : `${program}:${num}`;
}

/** What a selector is matched against. */
export interface Selectable {
  readonly program: string;
  readonly num: number;
}

/**
 * A selector as a test. "all" takes everything, "web" and "web:*" every process of web, "web:1" one
 * process, and `*` stands for any characters in either part ("w*", "db*:0").
 */
export function selectorMatcher(selector: string): (process: Selectable) => boolean {
  if (selector === "all") return () => true;
  const colon = selector.indexOf(":");
  const programPart = globMatcher(colon < 0 ? selector : selector.slice(0, colon));
  if (colon < 0) return (process) => programPart(process.program);
  const numPart = globMatcher(selector.slice(colon + 1));
  return (process) => programPart(process.program) && numPart(String(process.num));
}

/** A test for text in which each `*` of the glob stands for any characters. Never backtracks. */
export function globMatcher(glob: string): (text: string) => boolean {
  const [first = "", ...rest] = glob.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text === glob;
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const middle = text.slice(first.length, text.length - last.length);
    let at = 0;
    for (const literal of rest) {
      const found = middle.indexOf(literal, at);
      if (found < 0) return false;
      at = found + literal.length;
    }
    return true;
  };
}

/** Groups by program, then by number: the order in which people expect lists. */
export function compareByName(a: Selectable, b: Selectable): number {
  if (a.program !== b.program) return a.program < b.program ? -1 : 1;
  return a.num - b.num;
}
