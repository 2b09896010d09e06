/** A promise of the program to itself was broken: a bug, never the user's mistake. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Throws when `condition` is false. The message says what was promised. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Marks a branch that the types rule out. */
export function unreachable(value: never): never {
  throw new InvariantError(`unexpected value ${JSON.stringify(value)}`);
}
