import assert from "node:assert/strict";
import { KeyInput } from "../../src/shell/key_input.ts";
import { type Key, KeyDecoder } from "../../src/shell/keys.ts";

const encoder = new TextEncoder();

function decode(...chunks: (string | Uint8Array)[]): Key[] {
  const decoder = new KeyDecoder(() => assert.fail("a late key"));
  return chunks.flatMap((chunk) =>
    decoder.decode(typeof chunk === "string" ? encoder.encode(chunk) : chunk)
  );
}

Deno.test("KeyDecoder puts together characters and sequences that come in pieces", () => {
  const bytes = encoder.encode("日");
  assert.deepEqual(decode(bytes.subarray(0, 1), bytes.subarray(1)).map((key) => key.text), ["日"]);
  assert.deepEqual(decode("\x1b[", "A").map((key) => key.info.name), ["up"]);
});

Deno.test("KeyDecoder takes a line end of two characters for one key", () => {
  assert.deepEqual(decode("a\r\nb\n\nc\r\r").map((key) => key.info.name), [
    "a",
    "return",
    "b",
    "enter",
    "enter",
    "c",
    "return",
    "return",
  ]);
});

Deno.test("KeyDecoder tells a typed Tab from a pasted one", () => {
  const pasted = (text: string): boolean[] =>
    decode(text).filter((key) => key.info.name === "tab").map((key) => key.isPasted);
  assert.deepEqual(pasted("\t"), [false]);
  assert.deepEqual(pasted("sta\t\t"), [false, false]);
  assert.deepEqual(pasted("sta\t\r"), [false]);
  assert.deepEqual(pasted("a\tb"), [true]);
});

Deno.test("KeyInput hands out keys in order, and drops what is in front of Ctrl-C", () => {
  const input = new KeyInput(() => {});
  input.push(encoder.encode("ab"));
  assert.equal(input.next()?.text, "a");
  assert.equal(input.takeInterrupt(), false);
  input.push(encoder.encode("c\x03d"));
  assert.equal(input.takeInterrupt(), true);
  assert.equal(input.takeInterrupt(), false);
  assert.equal(input.next()?.text, "d");
  assert.equal(input.next(), undefined);
  input.push(encoder.encode("x\x03y"));
  assert.equal(input.next()?.text, "x");
  assert.equal(input.takeInterrupt(), true);
  assert.equal(input.next()?.text, "y");
});

Deno.test("KeyInput takes Ctrl-Z out and leaves everything else", () => {
  const input = new KeyInput(() => {});
  input.push(encoder.encode("ab"));
  input.push(encoder.encode("c\x1ad"));
  assert.equal(input.takeSuspend(), true);
  assert.equal(input.takeSuspend(), false);
  assert.deepEqual([1, 2, 3, 4].map(() => input.next()?.text), ["a", "b", "c", "d"]);
});
