/**
 * How long a stream rests after a turn. Each turn costs some tens of microseconds however little is
 * moved, so a stream that writes all the time is better served a little later, when there is more;
 * but before its pipe is full, for then the child would have to wait.
 */
import { libc } from "../libc.ts";

/** Nobody notices that a line is in the log so much later. */
const LONGEST_MS = 5;
/** A single small turn is no sign of a slow stream: rests begin so short, and double. */
const SHORTEST_MS = 0.1;

export class TurnPace {
  #endedAt = 0;
  #longestMs = SHORTEST_MS;

  /**
   * To be called at the end of each turn, with what was moved and what is left. Gives 0 when the next
   * one is due at once.
   */
  restAfter(cameBytes: number, capacityBytes: number): number {
    const now = performance.now();
    const elapsedMs = now - this.#endedAt;
    this.#endedAt = now;
    const wantedBytes = capacityBytes / 4;
    if (cameBytes >= wantedBytes) {
      this.#longestMs = SHORTEST_MS;
      return 0;
    }
    const restMs = Math.min(this.#longestMs, wantedBytes * elapsedMs / cameBytes);
    this.#longestMs = Math.min(LONGEST_MS, this.#longestMs * 2);
    return restMs;
  }
}

export interface Rest {
  readonly over: Promise<unknown>;
  /** Cuts it short; does nothing for one that is over. */
  readonly end: () => void;
}

export function startRest(ms: number): Rest {
  // Timers of the runtime count in milliseconds; a fast stream fills its pipe in one.
  if (ms < 1) {
    const over = libc().usleep_on_thread(Math.ceil(ms * 1000));
    return { over, end: () => {} };
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  return {
    over: promise,
    end: () => {
      clearTimeout(timer);
      resolve();
    },
  };
}
