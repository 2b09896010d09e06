import assert from "node:assert/strict";
import { AnsiReader } from "../../src/page/ansi.ts";

function read(...lines: string[]): string[] {
  const reader = new AnsiReader();
  return lines.map((line) =>
    reader.read(line).map(({ text, classes }) => `${text}[${classes}]`).join("")
  );
}

Deno.test("colours and effects become classes, and hold until they are changed", () => {
  assert.deepEqual(read("a\x1b[1;31mb", "c\x1b[22md\x1b[0me", "\x1b[97;44mf\x1b[39mg"), [
    "a[]b[bold fg-1]",
    "c[bold fg-1]d[fg-1]e[]",
    "f[fg-15 bg-4]g[bg-4]",
  ]);
});

Deno.test("the sixteen colours of the long form are shown, others are plain text", () => {
  assert.deepEqual(read("\x1b[38;5;2ma\x1b[38;5;200mb\x1b[38;2;1;2;31mc\x1b[mend"), [
    "a[fg-2]b[]c[]end[]",
  ]);
});

Deno.test("other sequences and control characters are left out, tabs and letters stay", () => {
  assert.deepEqual(read("\x1b[2Ja\x1b]0;title\x07b\r\x07\tπ\x1b[?25l"), ["a[]b[]\tπ[]"]);
});
