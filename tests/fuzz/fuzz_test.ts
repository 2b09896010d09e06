/** Every input that is kept, and some seconds of new ones; `deno task fuzz` goes on for longer. */
import assert from "node:assert/strict";
import { corpusOf } from "./corpus.ts";
import { fuzz, tryInput } from "./fuzz.ts";
import { openTarget, TARGETS } from "./targets.ts";

const FRESH_MS = 2000;

/** FUZZ_SEED repeats a run. */
const seed = Number(Deno.env.get("FUZZ_SEED") ?? Math.floor(Math.random() * 2 ** 31));

for (const name of TARGETS) {
  Deno.test({
    name: `fuzz: ${name} withstands its corpus, and fresh inputs (seed ${seed})`,
    // A lone Escape is waited for, by a timer of the runtime's own.
    sanitizeOps: name !== "shell_line",
    async fn() {
      const target = await openTarget(name);
      try {
        for (const { name: file, input } of corpusOf(name)) {
          await tryInput(target, input).catch((error) => {
            throw new Error(`corpus/${name}/${file}`, { cause: error });
          });
        }
        const { runs, failure } = await fuzz(name, target, { seed, forMs: FRESH_MS });
        assert.equal(failure?.error, undefined, showInput(failure?.input));
        assert.ok(runs > 0);
      } finally {
        await target.close?.();
      }
    },
  });
}

function showInput(input: Uint8Array | undefined): string {
  if (input === undefined) return "";
  const text = JSON.stringify(new TextDecoder("latin1").decode(input.subarray(0, 2000)));
  return `seed ${seed}, input ${text} (as bytes)`;
}
