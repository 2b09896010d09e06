import assert from "node:assert/strict";
import type { Key } from "../../src/shell/keys.ts";
import {
  foundLine,
  searchPrompt,
  searchStep,
  startSearch,
} from "../../src/shell/reverse_search.ts";

const NEWEST_FIRST = ["status", "stop web", "start web", "stop web", "status web:0"];

const CTRL_R: Key = { text: "\x12", info: { name: "r", ctrl: true }, isPasted: false };
const BACKSPACE: Key = { text: "\x7f", info: { name: "backspace" }, isPasted: false };

function typed(text: string): Key {
  return { text, info: { name: text }, isPasted: false };
}

/** The prompt and line after the keys. */
function search(keys: readonly Key[]): string {
  let state = startSearch("typed", 3);
  for (const key of keys) {
    const step = searchStep(state, key, NEWEST_FIRST);
    assert.equal(step.kind, "search");
    if (step.kind === "search") state = step.state;
  }
  return searchPrompt(state) + foundLine(state, NEWEST_FIRST).line;
}

Deno.test.each([
  ["begins with what was typed", [], "(reverse-search) '': typed"],
  ["again without a text changes nothing", [CTRL_R], "(reverse-search) '': typed"],
  ["finds the newest", [typed("w")], "(reverse-search) 'w': stop web"],
  ["narrows on the spot", [..."st"].map(typed), "(reverse-search) 'st': status"],
  ["again is older", [typed("w"), CTRL_R], "(reverse-search) 'w': start web"],
  ["skips the same line", [typed("w"), CTRL_R, CTRL_R], "(reverse-search) 'w': stop web"],
  [
    "goes on from the match",
    [typed("w"), CTRL_R, typed("e"), typed("b"), typed(":")],
    "(reverse-search) 'web:': status web:0",
  ],
  [
    "keeps the last match when there is no other",
    [typed("o"), typed("x")],
    "(failed reverse-search) 'ox': stop web",
  ],
  ["forgets a letter", [typed("o"), typed("x"), BACKSPACE], "(reverse-search) 'o': stop web"],
  ["forgets all", [typed("o"), BACKSPACE, BACKSPACE], "(reverse-search) '': typed"],
])("searchStep() %s", (_name, keys, expected) => {
  assert.equal(search(keys), expected);
});

Deno.test.each([
  ["cancel", { text: "\x03", info: { name: "c", ctrl: true } }],
  ["cancel", { text: "\x07", info: { name: "g", ctrl: true } }],
  ["cancel", { text: undefined, info: { name: "escape", meta: true } }],
  ["accept", { text: "\r", info: { name: "return" } }],
  ["accept", { text: undefined, info: { name: "left" } }],
  ["accept", { text: "\x01", info: { name: "a", ctrl: true } }],
  ["accept", { text: "\t", info: { name: "tab" } }],
])("searchStep() gives %s for %j", (kind, key) => {
  const state = startSearch("", 0);
  assert.equal(searchStep(state, { ...key, isPasted: false }, NEWEST_FIRST).kind, kind);
});

Deno.test("foundLine() puts the cursor on the match", () => {
  const step = searchStep(startSearch("", 0), typed("web"), NEWEST_FIRST);
  assert.ok(step.kind === "search");
  assert.deepEqual(foundLine(step.state, NEWEST_FIRST), { line: "stop web", cursor: 5 });
});

Deno.test("searchStep() takes no more text than anybody types", () => {
  const entries = ["a".repeat(1000)];
  let state = startSearch("", 0);
  for (let count = 0; count < 500; count++) {
    const step = searchStep(state, { text: "a", info: { name: "a" }, isPasted: true }, entries);
    assert.ok(step.kind === "search");
    state = step.state;
  }
  assert.equal(state.text.length, 100);
});
