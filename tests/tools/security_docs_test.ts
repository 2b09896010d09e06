/** docs/security.md and the tests say the same. */
import assert from "node:assert/strict";
import { problemsOf, readPromises } from "../support/proven_sentences.ts";
import { readIfThere } from "../support/taskmaster_log.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

Deno.test("every point of the checklist of security names tests, and they are there", () => {
  const markdown = readIfThere(`${ROOT}docs/security.md`);
  assert.ok([...readPromises(markdown).values()].flat().length > 20);
  assert.deepEqual(problemsOf(markdown, (file) => readIfThere(ROOT + file) || null), []);
});
