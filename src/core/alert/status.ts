/** The read model of alerts: plain data that can cross a wire, without secrets. */
import type { Failure } from "./outbox.ts";
import type { AlertSettings } from "./settings.ts";

/** One alert at this instant. */
export interface AlertStatus {
  readonly name: string;
  readonly type: AlertSettings["type"];
  /** Where it goes: "ops@example.com by smtp.example.com:465 (tls)". */
  readonly target: string;
  readonly on: readonly string[];
  /** Selectors; none = every program. */
  readonly programs: readonly string[];
  /** Attempts that failed in a row. */
  readonly failures: number;
  /** ISO 8601; null = never. */
  readonly lastSuccess: string | null;
  readonly lastFailure: Failure | null;
  /** Messages that were delivered. */
  readonly sent: number;
  /** Messages that wait to be delivered. */
  readonly waiting: number;
  /** Events that are gathered for the next message. */
  readonly gathered: number;
  /** Events whose message was given up. */
  readonly givenUp: number;
  /** Time to the next attempt or message; null when nothing waits. */
  readonly nextMs: number | null;
  /** What is known to be wrong with its settings. */
  readonly problem: string | null;
}

/**
 * Nothing has been delivered since the last failure. That outlives a restart, unlike the count of
 * failures, and a test that failed counts as well.
 */
export function isFailing({ failures, lastSuccess, lastFailure }: AlertStatus): boolean {
  if (failures > 0) return true;
  return lastFailure !== null && (lastSuccess === null || lastFailure.at > lastSuccess);
}

/** What came of a test message. */
export interface AlertTest {
  readonly name: string;
  readonly target: string;
  /** null = delivered, as far as can be known. */
  readonly failure: string | null;
}
