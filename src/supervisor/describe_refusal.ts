/** What is wrong with a file, in one line for the log. */
import { LineIndex } from "../base/line_index.ts";
import type { ConfigRefusal } from "../ports/controller.ts";

/** More would make the line unreadable; `check` shows them all. */
const SHOWN = 3;

/** `conf.yaml:12:17: unknown signal "X" …; conf.yaml:14:5: …; and 2 more` */
export function describeRefusal({ message, report }: ConfigRefusal): string {
  if (report === null) return message;
  const { source, diagnostics } = report;
  const index = new LineIndex(source.text);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const parts = errors.slice(0, SHOWN).map(({ span, message }) => {
    const { line, column } = index.position(span.start);
    return `${source.path}:${line}:${column}: ${message}`;
  });
  if (errors.length > SHOWN) parts.push(`and ${errors.length - SHOWN} more`);
  return parts.join("; ");
}
