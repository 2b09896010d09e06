/** An alert as it is told of: one that has trouble, with what matters replaced. */
import type { AlertStatus } from "../../src/core/alert/status.ts";

export function makeAlertStatus(status: Partial<AlertStatus> = {}): AlertStatus {
  return {
    name: "oncall",
    type: "email",
    target: "ops@example.com by smtp.example.com:465 (tls)",
    on: ["fatal"],
    programs: ["web"],
    failures: 1,
    lastSuccess: "2026-01-01T00:00:00.000Z",
    lastFailure: { at: "2026-01-01T00:00:01.000Z", reason: "connection refused" },
    sent: 2,
    waiting: 1,
    gathered: 3,
    givenUp: 0,
    nextMs: 1500,
    problem: null,
    ...status,
  };
}
