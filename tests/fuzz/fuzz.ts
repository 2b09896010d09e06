/** Running a target on one input after the other, until one finds a defect. */
import { randomFrom } from "../support/random.ts";
import { corpusOf } from "./corpus.ts";
import { nextInput } from "./mutate.ts";
import { Defect, type FuzzTarget } from "./target.ts";

/** Far beyond what any input of this size may take, on a machine that has other things to do. */
const LONGEST_RUN_MS = 10_000;
/** What one input may leave in the heap, for the collector at least. */
const MOST_HEAP_BYTES = 512 * 2 ** 20;
/** Inputs that behaved like none before and are built upon. */
const MOST_FOUND = 2000;
const MOST_SHRINKS = 1000;

export interface Failure {
  readonly input: Uint8Array<ArrayBuffer>;
  readonly error: unknown;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly forMs: number;
  /** Told of every input before it is tried. */
  readonly onInput?: (input: Uint8Array) => void;
}

export interface Fuzzed {
  readonly runs: number;
  /** Different ways in which the target behaved. */
  readonly behaviours: number;
  readonly failure: Failure | null;
}

/** The first input that finds a defect ends it. */
export async function fuzz(
  name: string,
  target: FuzzTarget,
  { seed, forMs, onInput = () => {} }: FuzzOptions,
): Promise<Fuzzed> {
  const random = randomFrom(seed);
  const corpus = corpusOf(name).map(({ input }) => input);
  const kept = corpus.length;
  const behaviours = new Set<string>();
  const end = performance.now() + forMs;
  let runs = 0;
  while (performance.now() < end) {
    const input = nextInput({ corpus, target, random });
    onInput(input);
    runs++;
    try {
      const behaviour = await tryInput(target, input);
      if (behaviours.has(behaviour) || input.length > 16_384) continue;
      behaviours.add(behaviour);
      if (corpus.length < kept + MOST_FOUND) corpus.push(input);
    } catch (error) {
      return { runs, behaviours: behaviours.size, failure: { input, error } };
    }
  }
  return { runs, behaviours: behaviours.size, failure: null };
}

/** Throws when the input finds a defect: see `FuzzTarget.run`. */
export async function tryInput(
  target: FuzzTarget,
  input: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const rejected: unknown[] = [];
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    rejected.push(event.reason);
  };
  addEventListener("unhandledrejection", onRejection);
  try {
    const heapBefore = Deno.memoryUsage().heapTotal;
    const begun = performance.now();
    const behaviour = await target.run(input);
    const tookMs = performance.now() - begun;
    if (tookMs > LONGEST_RUN_MS) throw new Defect(`took ${Math.round(tookMs)} ms`);
    const grown = Deno.memoryUsage().heapTotal - heapBefore;
    if (grown > MOST_HEAP_BYTES) throw new Defect(`the heap grew by ${grown} bytes`);
    if (rejected.length > 0) throw rejected[0];
    return behaviour;
  } finally {
    removeEventListener("unhandledrejection", onRejection);
  }
}

/** The input without what the defect does not need. */
export async function shrink(target: FuzzTarget, { input, error }: Failure): Promise<Failure> {
  let best = { input, error };
  let left = MOST_SHRINKS;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.input.length && left > 0;) {
      left--;
      const bytes = [...best.input.subarray(0, at), ...best.input.subarray(at + size)];
      const shorter = Uint8Array.from(bytes);
      const found = await failureOf(target, shorter);
      if (found !== null && kindOf(found.error) === kindOf(error)) best = found;
      else at += size;
    }
  }
  return best;
}

export async function failureOf(
  target: FuzzTarget,
  input: Uint8Array<ArrayBuffer>,
): Promise<Failure | null> {
  try {
    await tryInput(target, input);
    return null;
  } catch (error) {
    return { input, error };
  }
}

/** Another defect is not to take the place of the one that was found. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.name} ${error.message.replaceAll(/\d+/g, "0").slice(0, 30)} ${
    error.stack?.split("\n")[1] ?? ""
  }`;
}
