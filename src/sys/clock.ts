/** The system's clocks. */
import type { Clock } from "../ports/clock.ts";

/** A longer timeout would overflow the runtime's timer and fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  date: (atMs = performance.now()) => {
    return new Date(Date.now() - (performance.now() - atMs)).toISOString();
  },
  callAt,
  callSoon: (callback) => void setTimeout(callback, 0),
};

function callAt(atMs: number, callback: () => void): () => void {
  const timer = setTimeout(() => {
    if (performance.now() >= atMs) return callback();
    callOff = callAt(atMs, callback); // the timer is coarser than the clock, or its limit was reached
  }, Math.min(Math.max(0, atMs - performance.now()), LONGEST_TIMEOUT_MS));
  let callOff = () => clearTimeout(timer);
  return () => callOff();
}
