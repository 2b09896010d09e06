/**
 * Runs a property again and again with random input, and as TASKMASTER_RUNS, TASKMASTER_SEED and
 * TASKMASTER_PATH say: `deno task model` sets them. A failure tells how to see it again.
 */
import fc from "fast-check";

/** How long a shorter sequence is looked for: one of the real program takes a second or more. */
const SHRINKING_MS = 90_000;

export type Level = "core" | "engine" | "daemon";

function options(runs: number): { readonly numRuns: number; seed: number; path?: string } {
  const { TASKMASTER_RUNS, TASKMASTER_SEED, TASKMASTER_PATH } = Deno.env.toObject();
  return {
    numRuns: Number(TASKMASTER_RUNS ?? runs),
    seed: Number(TASKMASTER_SEED ?? Math.floor(Math.random() * 2 ** 31)),
    ...(TASKMASTER_PATH ? { path: TASKMASTER_PATH } : {}),
  };
}

/** Throws with the shortest sequence that was found and with the command that plays it again. */
export async function check<T>(
  level: Level,
  runs: number,
  input: fc.Arbitrary<T>,
  play: (input: T) => void | Promise<void>,
): Promise<void> {
  const chosen = options(runs);
  let shrinkUntil = Infinity;
  const result = await fc.check(
    fc.asyncProperty(input, async (value) => {
      if (performance.now() > shrinkUntil) return;
      try {
        await play(value);
      } catch (error) {
        shrinkUntil = Math.min(shrinkUntil, performance.now() + SHRINKING_MS);
        throw error;
      }
    }),
    chosen,
  );
  if (!result.failed) return;
  const { counterexample, counterexamplePath, errorInstance: cause } = result;
  const again = `deno task model ${level} --seed ${chosen.seed} --path ${counterexamplePath}`;
  const steps = counterexample === null ? "" : JSON.stringify(counterexample[0]);
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new Error(`${why}\nafter ${result.numShrinks} steps of shrinking: ${steps}\n${again}\n`, {
    cause,
  });
}
