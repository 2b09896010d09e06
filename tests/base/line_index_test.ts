import assert from "node:assert/strict";
import { LineIndex } from "../../src/base/line_index.ts";

Deno.test("LineIndex counts lines and characters from 1, whatever ends the lines", () => {
  const lines = new LineIndex("ab\nc\r\nd\re😀f");
  const at = (offset: number) => Object.values(lines.position(offset));
  assert.deepEqual(at(0), [1, 1]);
  assert.deepEqual(at(1), [1, 2]);
  assert.deepEqual(at(3), [2, 1]);
  assert.deepEqual(at(6), [3, 1]);
  assert.deepEqual(at(8), [4, 1]);
  assert.deepEqual(at(11), [4, 3]);
});

Deno.test("LineIndex takes line breaks and what is outside the text for the nearest character", () => {
  const lines = new LineIndex("ab\r\nc");
  assert.deepEqual(lines.position(3), { line: 1, column: 3 });
  assert.deepEqual(lines.position(99), { line: 2, column: 2 });
  assert.deepEqual(lines.position(-1), { line: 1, column: 1 });
});

Deno.test("LineIndex gives the range of a line without its line break", () => {
  const lines = new LineIndex("ab\r\n\ncd");
  assert.deepEqual([1, 2, 3].map((line) => Object.values(lines.range(line))), [[0, 2], [4, 4], [
    5,
    7,
  ]]);
});
