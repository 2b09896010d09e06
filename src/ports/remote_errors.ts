/** What goes wrong for a controller that speaks to a supervisor in another process. */

/** The supervisor is not there, or no longer. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** The supervisor has refused, and says why. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  /** Of the closed set of the control interface. */
  readonly code: string;
  /** Further facts, by the code. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
