/** How long to wait before trying again. */

/** After `failedStarts` failures in a row: 1 s, 2 s, 3 s, … as supervisord does. */
export function startDelayMs(failedStarts: number): number {
  return failedStarts * 1000;
}

/** A child that ends sooner than this after RUNNING counts as part of a crash loop. */
export const QUICK_EXIT_MS = 1000;

const LONGEST_RESTART_DELAY_MS = 60_000;

/**
 * After `quickExits` in a row. supervisord restarts such a program at once and for ever; here the
 * loop is slowed down, but as nothing says it will never work it is not given up.
 */
export function restartDelayMs(quickExits: number): number {
  return Math.min(quickExits * 1000, LONGEST_RESTART_DELAY_MS);
}
