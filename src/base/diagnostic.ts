/** Mistakes in text that the user wrote, with their places. */

/** A range of UTF-16 offsets in a source text; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** Stable identifier of the kind of mistake, for tests and `--json`. */
  readonly code: string;
  /** What is wrong, the value in quotes, what is accepted. No full stop. */
  readonly message: string;
  readonly span: Span;
  /** How to repair it, when that is known. */
  readonly help?: string;
  /** A second place that explains the first ("first defined here"). */
  readonly related?: { readonly message: string; readonly span: Span };
}

/** The text that diagnostics point into. */
export interface SourceText {
  /** As the user named it; shown before the line number. */
  readonly path: string;
  readonly text: string;
}

/** Diagnostics together with the text they point into: what a front end needs to show them. */
export interface Report {
  readonly source: SourceText;
  readonly diagnostics: readonly Diagnostic[];
}
