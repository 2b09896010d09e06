/** docs/guarantees.md and the tests say the same. */
import assert from "node:assert/strict";
import { hasTest, problemsOf, readPromises } from "../support/proven_sentences.ts";
import { readIfThere } from "../support/taskmaster_log.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const SECTIONS = [
  "It always knows the truth",
  "Programs do not depend on taskmaster's life",
  "Stopped means gone",
  "Configuration and reload",
  "Privileges",
  "Alerts",
  "Control",
];

Deno.test("every guarantee in the manual names tests, and they are there", () => {
  const markdown = readIfThere(`${ROOT}docs/guarantees.md`);
  const sections = readPromises(markdown);
  assert.deepEqual(SECTIONS.filter((title) => !sections.has(title)), []);
  const sentences = [...sections.values()].flat().map(({ sentence }) => sentence);
  assert.deepEqual(sentences.filter((sentence, at) => sentences.indexOf(sentence) !== at), []);
  assert.deepEqual(problemsOf(markdown, (file) => readIfThere(ROOT + file) || null), []);
});

Deno.test("problemsOf() tells of sentences without a test, and of tests that are not there", () => {
  const markdown = `# Guarantees

## Prose

Nothing is promised here.

## Empty

## Full

- It holds, even if the sentence
  is broken.
  - \`tests/a_test.ts\`: it
    holds
- It is not proven.
- It was proven.
  - \`tests/a_test.ts\`: it is left out
  - \`tests/b_test.ts\`: it holds
`;
  const source = 'Deno.test("it holds", run);\nDeno.test.ignore("it is left out", run);\n';
  assert.deepEqual(problemsOf(markdown, (file) => file === "tests/a_test.ts" ? source : null), [
    '"Empty" promises nothing',
    "no test proves: It is not proven.",
    'tests/a_test.ts has no test "it is left out"',
    "there is no tests/b_test.ts",
  ]);
  assert.throws(() => readPromises("## A\n\n- It holds.\n  - by itself\n"), /names no test/);
});

Deno.test.each<[source: string, name: string, isThere: boolean]>([
  ["Deno.test('it says \"yes\"', run)", 'it says "yes"', true],
  ['Deno.test(\n  "it holds", run)', "it hold", false],
  ['testAsRoot("it holds", run)', "it holds", true],
  [
    "Deno.test({\n  name: `fuzz: ${name} withstands`, ignore: isSlow,",
    "fuzz: config withstands",
    true,
  ],
  ['describe("A", () => { it("holds", run) })', "holds", true],
  [
    "testAsRoot(`--user ${user}: every thread is nobody`, run)",
    "--user x: every thread is nobody",
    true,
  ],
  ["Deno.test(`${name}: ${text}`, run)", "anything: at all", false],
  [
    'Deno.test.each(["A"])(\n  "%s stops everything in order", run)',
    "A stops everything in order",
    true,
  ],
  ['  // Deno.test("it holds", run)', "it holds", false],
])("hasTest() of %s", (source, name, isThere) => assert.equal(hasTest(source, name), isThere));
