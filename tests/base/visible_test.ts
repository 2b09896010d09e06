import assert from "node:assert/strict";
import { jsonLine, visible, visibleLines } from "../../src/base/visible.ts";

Deno.test.each([
  ["plain text", "plain text"],
  ["日本語 é 👍 naïve", "日本語 é 👍 naïve"],
  ["\x1b[2J\x07", "\\x1b[2J\\x07"],
  ["a\tb\r\n", "a\\tb\\r\\n"],
  ["\x00\x7f\x9b", "\\x00\\x7f\\x9b"],
  ["user\u202egnp.exe\u2066", "user\\u202egnp.exe\\u2066"],
  ["zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"],
  ["half \ud83d of a pair \udc4d", "half \\ud83d of a pair \\udc4d"],
  ["tag \u{e0041}", "tag \\u{e0041}"],
  ["\\x1b typed", "\\x1b typed"],
])("visible(%j)", (text, expected) => {
  assert.equal(visible(text), expected);
});

Deno.test("visible() leaves nothing that moves the cursor", () => {
  const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join("");
  assert.doesNotMatch(visible(all), /\p{Cc}|[\u2028\u2029]|\p{Bidi_Control}/u);
});

Deno.test("visibleLines() keeps line ends, and colours only where they are wanted", () => {
  const text = "\x1b[31mred\x1b[39m \x1b[2J\nnext\tline\n";
  const plain = "\\x1b[31mred\\x1b[39m \\x1b[2J\nnext\\tline\n";
  assert.equal(visibleLines(text, { colour: false }), plain);
  const coloured = "\x1b[31mred\x1b[39m \\x1b[2J\nnext\\tline\n";
  assert.equal(visibleLines(text, { colour: true }), coloured);
});

Deno.test("jsonLine() is JSON of the same value, without a character that steers a terminal", () => {
  const value = { text: "\x1b[2J\x9b2J\u202e\u2028\u{e0041}\ud83d 日本 👍\n" };
  const line = jsonLine(value);
  assert.deepEqual(JSON.parse(line), value);
  assert.doesNotMatch(line.trimEnd(), /[\p{Cc}\p{Cf}\p{Zl}]/u);
  assert.ok(line.includes("日本 👍"));
});
