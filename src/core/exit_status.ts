/** How a child ended. */
import type { Program } from "./program.ts";

export type ExitStatus =
  | { readonly kind: "code"; readonly code: number }
  /** `signal` is the name without SIG, or "34" and the like for a signal that has none. */
  | { readonly kind: "signal"; readonly signal: string }
  /** It ended while nobody was there to collect its status. */
  | { readonly kind: "unknown" };

/** Only a listed exit code is expected; death by a signal never is (as in supervisord). */
export function isExpected(exit: ExitStatus, program: Pick<Program, "exitcodes">): boolean {
  return exit.kind === "code" && program.exitcodes.includes(exit.code);
}

/** "code 1", "signal KILL" or "an unknown status", to follow "exited with". */
export function describeExit(exit: ExitStatus): string {
  switch (exit.kind) {
    case "code":
      return `code ${exit.code}`;
    case "signal":
      return `signal ${exit.signal}`;
    case "unknown":
      return "an unknown status";
  }
}
