import assert from "node:assert/strict";
import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { renderReport } from "../../src/render/diagnostic.ts";
import { source } from "../support/source.ts";

interface Options {
  readonly width?: number | null;
  readonly colour?: boolean;
  readonly also?: Partial<Diagnostic>;
}

/** Renders one error about the first occurrence of `marked`. */
function render(text: string, marked: string, options: Options = {}): string {
  const start = text.indexOf(marked);
  const diagnostic: Diagnostic = {
    severity: "error",
    code: "test",
    message: "wrong",
    span: { start, end: start + marked.length },
    ...options.also,
  };
  return renderReport({ source: { path: "f.yaml", text }, diagnostics: [diagnostic] }, {
    width: options.width ?? null,
    colour: options.colour ?? false,
  });
}

Deno.test("renderReport() is empty when there is nothing to report", () => {
  const report = { source: { path: "f", text: "x" }, diagnostics: [] };
  assert.equal(renderReport(report, { width: 80, colour: false }), "");
});

Deno.test("renderReport() shows place, message, line, caret range, help, related place, summary", () => {
  const text = "one: 1\ntwo: 2\nthree: 3\n";
  const report = {
    source: { path: "dir/f.yaml", text },
    diagnostics: [
      {
        severity: "error",
        code: "a",
        message: "first",
        span: { start: 12, end: 13 },
        help: "do this",
        related: { message: "because of this", span: { start: 0, end: 3 } },
      },
      { severity: "warning", code: "b", message: "second", span: { start: 14, end: 19 } },
    ] satisfies Diagnostic[],
  };
  assert.equal(
    renderReport(report, { width: 80, colour: false }),
    source`
      dir/f.yaml:2:6: error: first
       2 | two: 2
         |      ^
         = help: do this
      dir/f.yaml:1:1: note: because of this
       1 | one: 1
         | ^^^
      dir/f.yaml:3:1: warning: second
       3 | three: 3
         | ^^^^^
      2 problems: 1 error, 1 warning`,
  );
});

Deno.test("renderReport() makes the gutter as wide as the longest line number", () => {
  const text = "\n".repeat(99) + "bad\n";
  assert.equal(
    render(text, "bad", { also: { help: "h" } }),
    source`
      f.yaml:100:1: error: wrong
       100 | bad
           | ^^^
           = help: h
      1 problem: 1 error`,
  );
});

Deno.test("renderReport() counts columns in characters and carets in terminal columns", () => {
  assert.equal(
    render("näme: 日本 😀 bad 世界", "bad 世"),
    source`
      f.yaml:1:12: error: wrong
       1 | näme: 日本 😀 bad 世界
         |               ^^^^^^
      1 problem: 1 error`,
  );
});

Deno.test("renderReport() keeps carets under the text when there are tabs", () => {
  assert.equal(
    render("a:\tb\tbad", "bad"),
    source`
      f.yaml:1:6: error: wrong
       1 | a:    b    bad
         |            ^^^
      1 problem: 1 error`,
  );
});

Deno.test("renderReport() makes control characters visible everywhere", () => {
  const hostile = "\x1b[31m\x07\x7f\x9b\u202e";
  const shown = "␛[31m␇␡<U+009B><U+202E>";
  assert.equal(
    render(`a: ${hostile} bad`, "bad", { also: { message: hostile, help: hostile } }),
    [
      `f.yaml:1:14: error: ${shown}`,
      ` 1 | a: ${shown} bad`,
      `   |    ${" ".repeat(shown.length)} ^^^`,
      `   = help: ${shown}`,
      "1 problem: 1 error",
    ].join("\n"),
  );
});

Deno.test("renderReport() marks the end of the file, and the first line of a longer range", () => {
  assert.equal(
    render("abc", "", { also: { span: { start: 3, end: 3 } } }),
    source`
      f.yaml:1:4: error: wrong
       1 | abc
         |    ^
      1 problem: 1 error`,
  );
  assert.equal(
    render("ab\r\ncd\r\n", "b\r\ncd"),
    source`
      f.yaml:1:2: error: wrong
       1 | ab
         |  ^
      1 problem: 1 error`,
  );
});

Deno.test("renderReport() marks a place between two characters", () => {
  assert.equal(
    render("key: # empty", "", { also: { span: { start: 4, end: 4 } } }),
    source`
      f.yaml:1:5: error: wrong
       1 | key: # empty
         |     ^
      1 problem: 1 error`,
  );
});

Deno.test("renderReport() shows no line where there is nothing to see", () => {
  assert.equal(render("", ""), "f.yaml:1:1: error: wrong\n1 problem: 1 error");
});

Deno.test("renderReport() trims long lines around what is marked", () => {
  const long = `start ${"l".repeat(100)} bad ${"r".repeat(100)} end`;
  assert.equal(
    render(long, "bad", { width: 40 }),
    source`
      f.yaml:1:108: error: wrong
       1 | …llllllllll bad rrrrrrrrrrrrrrrrrr…
         |             ^^^
      1 problem: 1 error`,
  );
  assert.equal(
    render(long, "start", { width: 40 }),
    source`
      f.yaml:1:1: error: wrong
       1 | start llllllllllllllllllllllllllll…
         | ^^^^^
      1 problem: 1 error`,
  );
  assert.equal(
    render(long, "end", { width: 40 }),
    source`
      f.yaml:1:213: error: wrong
       1 | …rrrrrrrrrr end
         |             ^^^
      1 problem: 1 error`,
  );
});

Deno.test("renderReport() never makes a source line longer than the width", () => {
  const text = "日本語\t".repeat(400);
  for (let start = 0; start < text.length; start += 7) {
    for (const length of [0, 1, 50, 2000]) {
      const report = {
        source: { path: "f", text },
        diagnostics: [{
          severity: "error",
          code: "x",
          message: "m",
          span: { start, end: start + length },
        }] satisfies Diagnostic[],
      };
      const [, line, carets] = renderReport(report, { width: 50, colour: false }).split("\n");
      assert.ok(columns(line!) <= 50, line);
      assert.ok(carets!.length <= 50, carets);
    }
  }
});

/** All wide characters of the test above are in this range. */
function columns(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u3000-\u9fff]/.test(character) ? 2 : 1), 0);
}

Deno.test("renderReport() is quick on a line of megabytes", () => {
  const text = `${"x".repeat(4_000_000)} bad ${"y".repeat(4_000_000)}`;
  const rendered = render(text, "bad", { width: 80 });
  assert.ok(rendered.includes("…") && rendered.length < 400);
});

Deno.test("renderReport() colours only when asked", () => {
  const coloured = render("a: bad", "bad", { colour: true, also: { help: "h" } });
  assert.ok(coloured.includes("\x1b[31merror:\x1b[39m"));
  assert.ok(coloured.includes("\x1b[31m^^^\x1b[39m"));
  // deno-lint-ignore no-control-regex
  const plain = coloured.replaceAll(/\x1b\[\d+m/g, "");
  assert.equal(plain, render("a: bad", "bad", { also: { help: "h" } }));
});

Deno.test("renderReport() shows so many mistakes as anybody reads, and counts the others", () => {
  const text = "bad ".repeat(100_000);
  const at = Array.from(
    { length: 100_000 },
    (_, index) => ({ start: 4 * index, end: 4 * index + 3 }),
  );
  const diagnostics = at.map((
    span,
  ) => ({ severity: "error", code: "x", message: "m", span } as const));
  const report = { source: { path: "conf.yaml", text }, diagnostics };
  const rendered = renderReport(report, { width: 80, colour: false });
  assert.equal(rendered.match(/: error: m$/gm)?.length, 200);
  assert.match(rendered, /^100000 problems: 100000 errors \(the first 200 are shown\)$/m);
});
