/** The supervisor that a controller speaks to is not there, or no longer. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}
