/** What is fed with inputs that mean no good. */

export interface FuzzTarget {
  /** What inputs of this kind are made of; changes put them in. */
  readonly pieces: readonly string[];
  /** Lines of JSON: values are changed as such, too. */
  readonly isJson?: boolean;
  /** Bytes; 64 KiB if left out. */
  readonly largest?: number;
  /**
   * Throws for a defect only: an exception, an answer that was not promised, work beyond a bound.
   * Gives what the input was to the target in a few words; those that are new are built upon.
   */
  run(input: Uint8Array<ArrayBuffer>): string | Promise<string>;
  close?(): Promise<void>;
}

export class Defect extends Error {
  override readonly name = "Defect";
}

export function expect(isKept: boolean, promise: string): void {
  if (!isKept) throw new Defect(promise);
}

/** Whole text, as a reader that forgives broken UTF-8 has it. */
export function textOf(input: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(input);
}
