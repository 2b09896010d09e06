/** Time, as the engine sees it. */
export interface Clock {
  /** Monotonic milliseconds, with fractions; never goes back and ignores changes of the date. */
  now(): number;
  /** The date, now or at a moment of `now()`, for records only: ISO 8601 with milliseconds, UTC. */
  date(atMs?: number): string;
  /** Calls `callback` once when `now()` has reached `atMs`. The returned function calls it off. */
  callAt(atMs: number, callback: () => void): () => void;
  /** Calls `callback` soon, after input and output that is waiting has had its turn. */
  callSoon(callback: () => void): void;
}
