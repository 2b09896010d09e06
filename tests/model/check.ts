/**
 * Runs a property again and again with random input, and as TASKMASTER_RUNS, TASKMASTER_SEED and
 * TASKMASTER_PATH say: `deno task model` sets them. A failure tells how to see it again.
 */
import fc from "fast-check";

/** How long a shorter sequence is looked for: one of the real program takes a second or more. */
const SHRINKING_MS = 90_000;

export type Level = "core" | "engine" | "daemon";

interface Options {
  readonly seed: number;
  readonly numRuns: number;
  readonly path?: string;
  readonly endOnFailure?: boolean;
}

/** With a path it is that sequence alone. */
function options(runs: number): Options {
  const { TASKMASTER_RUNS, TASKMASTER_SEED, TASKMASTER_PATH: path } = Deno.env.toObject();
  const seed = Number(TASKMASTER_SEED ?? Math.floor(Math.random() * 2 ** 31));
  if (path) return { seed, path, numRuns: 1, endOnFailure: true };
  return { seed, numRuns: Number(TASKMASTER_RUNS ?? runs) };
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
  let isPlayed = false;
  const result = await fc.check(
    fc.asyncProperty(input, async (value) => {
      // A path of several numbers is given with all that would have been tried after it.
      if (performance.now() > shrinkUntil || (isPlayed && chosen.path !== undefined)) return;
      isPlayed = true;
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
  const path = chosen.path ?? counterexamplePath;
  const again = `deno task model ${level} --seed ${chosen.seed} --path ${path}`;
  const steps = counterexample === null ? "" : JSON.stringify(counterexample[0]);
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new Error(`${why}\nafter ${result.numShrinks} steps of shrinking: ${steps}\n${again}\n`, {
    cause,
  });
}
