import assert from "node:assert/strict";
import type { Diagnostic, Span } from "../../src/base/diagnostic.ts";
import { withNamedLinesOnly } from "../../src/control/named_lines.ts";

function diagnostic(span: Span, related?: Span): Diagnostic {
  const message = "x";
  const both = related === undefined ? {} : { related: { message, span: related } };
  return { severity: "error", code: "x", message, span, ...both };
}

function shown(text: string, ...diagnostics: Diagnostic[]): string {
  const report = withNamedLinesOnly({ source: { path: "conf.yaml", text }, diagnostics });
  assert.equal(report.source.path, "conf.yaml");
  assert.deepEqual(report.diagnostics, diagnostics);
  assert.equal(report.source.text.length, text.length);
  return report.source.text;
}

Deno.test("withNamedLinesOnly() leaves the lines of places and of related places", () => {
  const text = "one\ntwo\nthree\nfour\n";
  const of = (word: string) => ({ start: text.indexOf(word), end: text.indexOf(word) + 2 });
  assert.equal(shown(text, diagnostic(of("two"))), "   \ntwo\n     \n    \n");
  assert.equal(shown(text, diagnostic(of("our"), of("one"))), "one\n   \n     \nfour\n");
  assert.equal(
    shown(text, diagnostic(of("three")), diagnostic(of("two")), diagnostic(of("ree"))),
    "   \ntwo\nthree\n    \n",
  );
});

Deno.test("withNamedLinesOnly() shows nothing when nothing is reported", () => {
  assert.equal(shown("password: x\n"), "           \n");
});

Deno.test("withNamedLinesOnly() leaves only the first line of a span over several", () => {
  const text = "web:\n  env: {PASSWORD: x}\n";
  assert.equal(
    shown(text, diagnostic({ start: 0, end: text.length })),
    `web:\n${" ".repeat(20)}\n`,
  );
});

Deno.test("withNamedLinesOnly() keeps every kind of line break and all offsets", () => {
  const text = "a👍\r\nbb\rcc\n\ndd";
  const last = { start: text.length - 1, end: text.length };
  assert.equal(shown(text, diagnostic(last)), "   \r\n  \r  \n\ndd");
  assert.equal(shown(text, diagnostic({ start: text.length, end: text.length })).slice(-2), "dd");
  assert.equal(shown(text, diagnostic({ start: 0, end: 1 })), "a👍\r\n  \r  \n\n  ");
});
