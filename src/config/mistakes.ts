/** Collects the mistakes of one file. */
import type { Diagnostic, Report, SourceText, Span } from "../base/diagnostic.ts";

export type DiagnosticExtras = Pick<Diagnostic, "help" | "related">;

export class Mistakes {
  /**
   * By kind and place: text that several programs use through an alias or a merge key is wrong
   * once, not once for each of them.
   */
  readonly #found = new Map<string, Diagnostic>();
  #hasErrors = false;

  error(code: string, span: Span, message: string, extras: DiagnosticExtras = {}): void {
    this.#hasErrors = true;
    this.#add({ severity: "error", code, message, span, ...extras });
  }

  warning(code: string, span: Span, message: string, extras: DiagnosticExtras = {}): void {
    this.#add({ severity: "warning", code, message, span, ...extras });
  }

  get hasErrors(): boolean {
    return this.#hasErrors;
  }

  /** In file order. */
  report(source: SourceText): Report {
    const diagnostics = [...this.#found.values()].sort((a, b) => a.span.start - b.span.start);
    return { source, diagnostics };
  }

  #add(diagnostic: Diagnostic): void {
    const { code, span, message } = diagnostic;
    // Mistakes that have no place of their own stand at the top of the file.
    const place = span.end === 0 ? message : `${span.start}-${span.end}`;
    const key = `${code} ${place}`;
    if (!this.#found.has(key)) this.#found.set(key, diagnostic);
  }
}

/** What the readers of a file share. */
export interface Scope {
  /** The text of the file. */
  readonly text: string;
  readonly mistakes: Mistakes;
}
