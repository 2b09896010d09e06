import assert from "node:assert/strict";
import { AnsiReader } from "../../src/page/ansi.ts";

function read(...lines: string[]): string[] {
  const reader = new AnsiReader();
  return lines.map((line) =>
    reader.read(line).map(({ text, classes, foreground, background }) =>
      `${text}[${[classes, foreground, background].filter((part) => part !== undefined)}]`
    ).join("")
  );
}

Deno.test("colours and effects become classes, and hold until they are changed", () => {
  assert.deepEqual(read("a\x1b[1;31mb", "c\x1b[22md\x1b[0me", "\x1b[97;44mf\x1b[39mg"), [
    "a[]b[bold fg-1]",
    "c[bold fg-1]d[fg-1]e[]",
    "f[fg-15 bg-4]g[bg-4]",
  ]);
});

Deno.test("256 colours and true colours, with semicolons and with colons", () => {
  assert.deepEqual(
    read(
      "\x1b[38;5;2ma\x1b[38;5;200mb\x1b[48;2;1;2;31mc\x1b[39md\x1b[mend",
      "\x1b[38:5:232ma\x1b[38:2::1:2:3mb\x1b[38:2:1:2:3;4:3mc\x1b[4:0;38;5;16md",
      "\x1b[0;38;2;1;2;256ma\x1b[38;5mb\x1b[38;2;1mc\x1b[38;9;1md",
    ),
    [
      "a[fg-2]b[fg-own,rgb(255 0 215)]c[fg-own bg-own,rgb(255 0 215),rgb(1 2 31)]" +
      "d[bg-own,rgb(1 2 31)]end[]",
      "a[fg-own,rgb(8 8 8)]b[fg-own,rgb(1 2 3)]c[underline fg-own,rgb(1 2 3)]" +
      "d[fg-own,rgb(0 0 0)]",
      "a[]b[]c[]d[]",
    ],
  );
});

Deno.test("other sequences and control characters are left out, tabs and letters stay", () => {
  assert.deepEqual(read("\x1b[2Ja\x1b]0;title\x07b\r\x07\tπ\x1b[?25l"), ["a[]b[]\tπ[]"]);
});
