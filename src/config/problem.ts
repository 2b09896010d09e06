/** What can be wrong with one value, before it is known where the value stands. */
import type { Result } from "../base/result.ts";
import type { Span } from "../base/diagnostic.ts";

export interface Problem {
  readonly code: string;
  /** What is wrong, the value in quotes; " in programs.web.numprocs" follows it. */
  readonly what: string;
  /** What is accepted, when that is not said for the key as a whole. */
  readonly expected?: string;
  readonly help?: string;
  /** It is not the value that is wrong but the name it has in its mapping. */
  readonly inKey?: true;
  /** The part of the value's text that is wrong, as offsets in it; the whole when absent. */
  readonly part?: Span;
}

/** Reads the text of a scalar. */
export type Reader<T> = (text: string) => Result<T, Problem>;
