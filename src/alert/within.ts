/** Waiting with a limit. */
import type { Clock } from "../ports/clock.ts";

/** What the promise resolves with; undefined when it did not within `limitMs`. */
export function within<T>(
  clock: Clock,
  limitMs: number,
  promise: Promise<T>,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const callOff = clock.callAt(clock.now() + limitMs, () => resolve(undefined));
    promise.then(resolve, reject).finally(callOff);
  });
}
