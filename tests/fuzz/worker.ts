/// <reference lib="deno.worker" />
/** Fuzzes one target, and says in shared memory what it is at. */
import { keep } from "./corpus.ts";
import { failureOf, fuzz, shrink } from "./fuzz.ts";
import { openTarget } from "./targets.ts";

export interface Job {
  readonly name: string;
  readonly seed: number;
  readonly forMs: number;
  /** Two numbers of 32 bits, how many inputs there were and the length of the last, and that one. */
  readonly shared: SharedArrayBuffer;
}

export interface Report {
  readonly runs: number;
  readonly behaviours: number;
  /** What was found, and where it was kept. */
  readonly failure: string | null;
}

self.onmessage = async ({ data: job }: MessageEvent<Job>) => {
  const [state, bytes] = [new Int32Array(job.shared, 0, 2), new Uint8Array(job.shared, 8)];
  const target = await openTarget(job.name);
  const { runs, behaviours, failure } = await fuzz(job.name, target, {
    ...job,
    onInput(input) {
      bytes.set(input);
      Atomics.store(state, 1, input.length);
      Atomics.add(state, 0, 1);
    },
  });
  let found: string | null = null;
  if (failure !== null) {
    const again = await failureOf(target, failure.input);
    const { input, error } = again === null ? failure : await shrink(target, failure);
    const path = keep(job.name, "failed", input);
    found = `${path}\n${error instanceof Error ? error.stack : error}`;
  }
  self.postMessage({ runs, behaviours, failure: found } satisfies Report);
};
