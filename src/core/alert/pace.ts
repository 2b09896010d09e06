/** How fast an alert may go: the rate of its messages, and the waits between attempts. */

const HOUR_MS = 3_600_000;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 600_000;

/** After so many failures in a row: 10 s, 20 s, 40 s, … 10 minutes. */
export function retryDelayMs(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20), LONGEST_RETRY_MS);
}

/** Messages that may be sent now, and fractions of the next one. */
export interface Allowance {
  readonly messages: number;
  /** When that was so: monotonic milliseconds. */
  readonly at: number;
}

interface Pace {
  /** Messages that may follow each other at once. */
  readonly burst: number;
  /** The time that one more takes to become free. */
  readonly everyMs: number;
}

/**
 * Some at once, the others evenly, so that one noisy program cannot keep bad news of another one
 * back for an hour. Burst and flow together never exceed the limit in any hour.
 */
function paceOf(maxPerHour: number): Pace {
  const burst = Math.max(1, Math.floor(maxPerHour / 4));
  return { burst, everyMs: HOUR_MS / Math.max(1, maxPerHour - burst) };
}

export function fullAllowance(maxPerHour: number, now: number): Allowance {
  return { messages: paceOf(maxPerHour).burst, at: now };
}

export function refill(
  { messages, at }: Allowance,
  maxPerHour: number,
  now: number,
): Allowance {
  const { burst, everyMs } = paceOf(maxPerHour);
  const gained = Math.max(0, now - at) / everyMs;
  return { messages: Math.min(burst, messages + gained), at: now };
}

/** When the next message may be sent: now, or later. */
export function nextAllowedAt(allowance: Allowance, maxPerHour: number, now: number): number {
  if (maxPerHour === 0) return now;
  const { messages } = refill(allowance, maxPerHour, now);
  return messages >= 1 ? now : now + (1 - messages) * paceOf(maxPerHour).everyMs;
}

export function spend(allowance: Allowance, maxPerHour: number, now: number): Allowance {
  if (maxPerHour === 0) return allowance;
  const { messages } = refill(allowance, maxPerHour, now);
  return { messages: messages - 1, at: now };
}
