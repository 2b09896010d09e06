/** Tasks tell how they are used instead of showing a stack. */
import assert from "node:assert/strict";

const CASES: readonly (readonly [words: readonly string[], code: number, shown: RegExp])[] = [
  [["tests/chaos/main.ts", "--help"], 0, /^usage: deno task chaos /],
  [["tests/chaos/main.ts", "--nope"], 2, /--nope.*\nusage: deno task chaos /s],
  [["tests/chaos/main.ts", "--minutes", "x"], 2, /--minutes wants a number/],
  [["tools/run_model.ts", "--help"], 0, /^usage: deno task model /],
  [["tools/run_model.ts", "nope"], 2, /^no level "nope"\nusage: deno task model /],
];

Deno.test.each(CASES)("%j ends with usage", async (words, code, shown) => {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", ...words],
    cwd: new URL("../..", import.meta.url),
  }).output();
  const text = new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr);
  assert.equal(output.code, code, text);
  assert.match(text, shown);
  assert.doesNotMatch(text, /\n {4}at /);
});
