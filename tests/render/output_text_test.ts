import assert from "node:assert/strict";
import { OutputText } from "../../src/render/output_text.ts";

function show(text: string, colour = true): string {
  const output = new OutputText({ colour });
  return output.add(new TextEncoder().encode(text)) + output.end();
}

Deno.test("OutputText keeps colours and makes every other escape sequence harmless", () => {
  assert.equal(show("\x1b[32mok\x1b[0m\n"), "\x1b[32mok\x1b[0m\x1b[0m\n");
  assert.equal(show("\x1b[2J\x1b]0;title\x07x\n"), "\\x1b[2J\\x1b]0;title\\x07x\n");
  assert.equal(show("\x1b[31mred\n"), "\x1b[31mred\x1b[0m\n");
});

Deno.test("OutputText leaves colours out for a reader who wants none", () => {
  assert.equal(show("\x1b[32mok\x1b[0m\n", false), "ok\n");
});

Deno.test("OutputText keeps tabs and takes the carriage return off a line end", () => {
  assert.equal(show("a\tb\r\n"), "a\tb\n");
});

Deno.test("OutputText shows whole lines, and what is left at the end", () => {
  const output = new OutputText({ colour: false });
  const [first, second] = ["äö".slice(0, 1), "rest"].map((text) => new TextEncoder().encode(text));
  assert.equal(output.add(first!.slice(0, 1)), "");
  assert.equal(output.add(first!.slice(1)), "");
  assert.equal(output.add(new TextEncoder().encode("\n")), "ä\n");
  assert.equal(output.add(second!), "");
  assert.equal(output.end(), "rest\n");
  assert.equal(output.end(), "");
});

Deno.test("OutputText does not wait for ever for the end of a line", () => {
  const output = new OutputText({ colour: false });
  assert.ok(output.add(new TextEncoder().encode("x".repeat(20_000))).length > 16_000);
});
