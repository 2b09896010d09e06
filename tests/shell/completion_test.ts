import assert from "node:assert/strict";
import stringWidth from "fast-string-width";
import { commonPrefix, completeLine, layOutColumns } from "../../src/shell/completion.ts";

Deno.test.each([
  [[], ""],
  [["web:0"], "web:0"],
  [["web:0", "web:1", "web:10"], "web:"],
  [["start", "stop"], "st"],
  [["a", "b"], ""],
  [["日本", "日光"], "日"],
  [["👍a", "👎b"], ""],
])("commonPrefix(%j) is %j", (texts, expected) => {
  assert.equal(commonPrefix(texts), expected);
});

// "|" is the cursor.
Deno.test.each([
  ["sta|", 0, ["start"], "start |", []],
  ["start we|", 6, ["web:0", "web:1"], "start web:|", []],
  ["start web:|", 6, ["web:0", "web:1"], "start web:|", ["web:0", "web:1"]],
  ["start web:0|", 6, ["web:0"], "start web:0 |", []],
  ["sta| web", 0, ["start"], "start |web", []],
  ["sta|web", 0, ["start"], "start |web", []],
  ["start |", 6, ["a", "b"], "start |", ["a", "b"]],
  ["x|", 0, [], "x|", []],
  ["WE|", 0, ["web"], "web |", []],
  ["w*|", 0, ["web", "worker"], "w*|", ["web", "worker"]],
  ["we|", 0, ["web", "web"], "web |", []],
])("completeLine(%j, from %d, %j) gives %j", (marked, replaceFrom, candidates, result, choices) => {
  const line = marked.replace("|", "");
  const completed = completeLine(line, marked.indexOf("|"), { candidates, replaceFrom });
  const { cursor } = completed;
  assert.equal(`${completed.line.slice(0, cursor)}|${completed.line.slice(cursor)}`, result);
  assert.deepEqual(completed.choices, choices);
});

Deno.test("layOutColumns() reads downwards and fits the width", () => {
  const texts = ["start", "status", "stop", "web:0", "web:10"];
  assert.equal(
    layOutColumns(texts, 22),
    "start   stop   web:10\nstatus  web:0\n".replace("   web:10", "    web:10"),
  );
  assert.equal(layOutColumns(texts, 80), "start   status  stop    web:0   web:10\n");
  assert.equal(layOutColumns([], 80), "");
});

Deno.test("layOutColumns() never makes a line wider than the screen if it can help it", () => {
  const texts = ["日本語", "a", "web:0", "longer-name", "é"];
  const longest = Math.max(...texts.map((text) => stringWidth(text)));
  for (let width = 0; width < 100; width++) {
    const lines = layOutColumns(texts, width).trimEnd().split("\n");
    assert.deepEqual(lines.join(" ").split(/ +/).toSorted(), texts.toSorted());
    const widest = Math.max(...lines.map((line) => stringWidth(line)));
    assert.ok(widest <= Math.max(width, longest), `width ${width}: ${lines}`);
    if (width < 2) assert.equal(lines.length, texts.length);
  }
});
