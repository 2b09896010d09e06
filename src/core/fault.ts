/** The closed set of reasons to refuse a request or to call its result a failure. */

export const FAULT_CODES = [
  "no_such_process",
  "already_started",
  "not_running",
  "spawn_failed",
  "exited_too_early",
  "superseded",
  "signal_refused",
  "output_refused",
  "no_terminal",
  "several_processes",
  "shutting_down",
] as const;

export type FaultCode = typeof FAULT_CODES[number];

export interface Fault {
  readonly code: FaultCode;
  /** For a person: "exited too early with code 1; next attempt in 1 s". */
  readonly message: string;
}

/**
 * What was asked for is already so. Shown, but no failure: scripts may ask twice
 * (supervisorctl ignores ALREADY_STARTED and NOT_RUNNING in its exit status as well).
 */
export function isHarmless(fault: Fault): boolean {
  return fault.code === "already_started" || fault.code === "not_running";
}
