/** What is tidied up at the end, which nothing of it may keep from coming. */
import { within } from "../sys/within.ts";

/** Far longer than any step gives itself. */
const LIMIT_MS = 10_000;

export interface LastStep {
  /** "close the terminals": completes "cannot". */
  readonly what: string;
  run(): Promise<void> | void;
}

/**
 * Takes the steps in their order. One that fails, or takes longer than `limitMs`, is told, and the
 * next one is taken. Never rejects.
 */
export async function takeLastSteps(
  steps: readonly LastStep[],
  onProblem: (message: string) => void,
  limitMs: number = LIMIT_MS,
): Promise<void> {
  for (const { what, run } of steps) {
    try {
      if (await within(limitMs, Promise.try(run))) continue;
      onProblem(`cannot ${what}: it takes too long, and is left as it is`);
    } catch (error) {
      onProblem(`cannot ${what}: ${error instanceof Error ? error.message : error}`);
    }
  }
}
