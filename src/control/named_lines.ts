/** A configuration holds secrets; whoever is told of its mistakes needs only the lines with them. */
import type { Report, Span } from "../base/diagnostic.ts";
import { LineIndex } from "../base/line_index.ts";

/**
 * The report with every other line blank, so that all offsets still hold. Of a span over several
 * lines only the first is shown, and only that is left: the rest may be a whole program.
 */
export function withNamedLinesOnly({ source, diagnostics }: Report): Report {
  const { path, text } = source;
  const index = new LineIndex(text);
  const spans = diagnostics.flatMap(({ span, related }) => related ? [span, related.span] : [span]);
  const lines = [...new Set(spans.map(({ start }) => index.line(start)))].sort((a, b) => a - b);
  const shown = showOnly(text, lines.map((line) => index.range(line)));
  return { source: { path, text: shown }, diagnostics };
}

/** `ranges` in ascending order, without overlaps. */
function showOnly(text: string, ranges: readonly Span[]): string {
  let shown = "";
  let at = 0;
  for (const { start, end } of ranges) {
    shown += blank(text.slice(at, start)) + text.slice(start, end);
    at = end;
  }
  return shown + blank(text.slice(at));
}

function blank(text: string): string {
  return text.replaceAll(/[^\r\n]/g, " ");
}
