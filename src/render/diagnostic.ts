/**
 * Diagnostics as people read them: place, message, source line with a caret range, help. What the
 * file contains is shown, never obeyed: control characters become visible ones.
 */
import type { Diagnostic, Report, SourceText, Span } from "../base/diagnostic.ts";
import { LineIndex } from "../base/line_index.ts";
import { excerpt, visible } from "./excerpt.ts";
import { type Colour, style } from "./style.ts";

export interface DiagnosticStyle {
  /** Columns that source lines may take; null = as many as they have. */
  readonly width: number | null;
  readonly colour: boolean;
}

/**
 * More than anybody reads. A file may have a mistake for every few letters, and each shows its line,
 * which may be the whole file.
 */
const MOST_SHOWN = 200;

/** Ends with the summary line, without a line break; empty when nothing is reported. */
export function renderReport(report: Report, style: DiagnosticStyle): string {
  if (report.diagnostics.length === 0) return "";
  const renderer = new Renderer(report.source, style);
  const shown = report.diagnostics.slice(0, MOST_SHOWN);
  const blocks = shown.map((diagnostic) => renderer.diagnostic(diagnostic));
  return [...blocks, summary(report.diagnostics)].join("\n");
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  const parts = [];
  if (errors > 0) parts.push(count(errors, "error"));
  if (warnings > 0) parts.push(count(warnings, "warning"));
  const more = diagnostics.length > MOST_SHOWN ? ` (the first ${MOST_SHOWN} are shown)` : "";
  return `${count(diagnostics.length, "problem")}: ${parts.join(", ")}${more}`;
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

const COLOURS = { error: "red", warning: "yellow", note: "cyan" } as const;
type Label = keyof typeof COLOURS;

/** Below this a source line shows too little to be worth trimming further. */
const NARROWEST = 20;

class Renderer {
  readonly #source: SourceText;
  readonly #style: DiagnosticStyle;
  readonly #lines: LineIndex;

  constructor(source: SourceText, style: DiagnosticStyle) {
    this.#source = source;
    this.#style = style;
    this.#lines = new LineIndex(source.text);
  }

  diagnostic({ severity, message, span, help, related }: Diagnostic): string {
    const gutter = String(Math.max(this.#lineOf(span), related ? this.#lineOf(related.span) : 0))
      .length;
    const rows = [this.#head(span, severity, message), ...this.#snippet(span, severity, gutter)];
    if (help !== undefined) {
      rows.push(`${" ".repeat(gutter + 2)}${this.#paint("cyan", "= help:")} ${visible(help)}`);
    }
    if (related !== undefined) {
      rows.push(this.#head(related.span, "note", related.message));
      rows.push(...this.#snippet(related.span, "note", gutter));
    }
    return rows.join("\n");
  }

  #lineOf(span: Span): number {
    return this.#lines.line(span.start);
  }

  #head(span: Span, label: Label, message: string): string {
    const { line, column } = this.#lines.position(span.start);
    const place = this.#paint("bold", `${visible(this.#source.path)}:${line}:${column}:`);
    return `${place} ${this.#paint(COLOURS[label], `${label}:`)} ${visible(message)}`;
  }

  #snippet(span: Span, label: Label, gutter: number): string[] {
    const line = this.#lineOf(span);
    const range = this.#lines.range(line);
    const available = this.#style.width === null
      ? Number.POSITIVE_INFINITY
      : Math.max(NARROWEST, this.#style.width - gutter - 4);
    const { shown, before, marked } = excerpt(this.#source.text, range, span, available);
    if (shown.trim() === "") return [];
    const number = String(line).padStart(gutter);
    const carets = " ".repeat(before) + this.#paint(COLOURS[label], "^".repeat(marked));
    return [
      `${this.#paint("dim", ` ${number} |`)} ${shown}`,
      `${this.#paint("dim", ` ${" ".repeat(gutter)} |`)} ${carets}`,
    ];
  }

  #paint(colour: Colour, text: string): string {
    return style(colour, text, this.#style.colour);
  }
}
