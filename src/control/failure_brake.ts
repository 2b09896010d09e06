/**
 * Slows guessing down, for each remote address and for all together. Attempts are counted when they
 * begin and given back when they turn out right: many at once count as well.
 */
import { networkOf } from "./network.ts";

/** So many mistakes may a person make before there is a wait. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const FORGOTTEN_AFTER_MS = 15 * 60_000;
const MOST_NETWORKS = 1000;

/** Failures of all addresses together: so many at once, then one for each of these. */
const OVERALL_BURST = 50;
const OVERALL_EVERY_MS = 1000;

interface Failures {
  count: number;
  lastAt: number;
}

export type Attempt =
  | { readonly kind: "wait"; readonly ms: number }
  /** `giveBack` is to be called once, when the attempt was no failure. */
  | { readonly kind: "go"; readonly giveBack: () => void };

export class FailureBrake {
  readonly #now: () => number;
  /** Those that failed last are at the end. */
  readonly #failures = new Map<string, Failures>();
  #overallLeft = OVERALL_BURST;
  #overallAt: number;

  /** `now` is monotonic, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#overallAt = now();
  }

  /** How long nothing from this address is to be tried; 0 = no wait. */
  waitOf(address: string): number {
    const known = this.#failures.get(networkOf(address));
    if (known === undefined) return 0;
    return Math.max(0, known.lastAt + waitAfter(known.count) - this.#now());
  }

  begin(address: string): Attempt {
    const network = networkOf(address);
    const ms = Math.max(this.waitOf(address), this.#overallWait());
    if (ms > 0) return { kind: "wait", ms };
    this.#overallLeft--;
    const failures = this.#count(network);
    const giveBack = () => {
      this.#overallLeft = Math.min(OVERALL_BURST, this.#overallLeft + 1);
      failures.count--;
      if (failures.count === 0 && this.#failures.get(network) === failures) {
        this.#failures.delete(network);
      }
    };
    return { kind: "go", giveBack };
  }

  #overallWait(): number {
    const now = this.#now();
    const earned = Math.floor((now - this.#overallAt) / OVERALL_EVERY_MS);
    this.#overallLeft = Math.min(OVERALL_BURST, this.#overallLeft + earned);
    this.#overallAt += earned * OVERALL_EVERY_MS;
    return this.#overallLeft > 0 ? 0 : this.#overallAt + OVERALL_EVERY_MS - now;
  }

  #count(network: string): Failures {
    const now = this.#now();
    const known = this.#failures.get(network);
    const isFresh = known !== undefined && now - known.lastAt <= FORGOTTEN_AFTER_MS;
    const failures = isFresh ? known : { count: 0, lastAt: now };
    failures.count++;
    failures.lastAt = now;
    this.#failures.delete(network);
    this.#failures.set(network, failures);
    if (this.#failures.size > MOST_NETWORKS) {
      const [oldest] = this.#failures.keys();
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
    return failures;
  }
}

function waitAfter(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - FREE_FAILURES));
}
