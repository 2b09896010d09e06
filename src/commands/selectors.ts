/** What verbs that take selectors have in common. */
import { jsonLine } from "../base/visible.ts";
import type { OperationReply } from "../ports/controller.ts";
import type { ArgumentSpec, OptionSpec, Output } from "./command.ts";

export const SELECTORS: ArgumentSpec = {
  name: "selector",
  kind: "selector",
  required: true,
  variadic: true,
};

export const SELECTOR: ArgumentSpec = { name: "selector", kind: "selector", required: true };

export const SELECTORS_OPTIONAL: ArgumentSpec = { ...SELECTORS, required: false };

export const SELECTOR_HELP =
  `A selector is a program ("web"), one of its processes ("web:1"), a pattern ("w*", "web:*") or "all".`;

export const JSON_OPTION: OptionSpec = {
  flags: "--json",
  description: "print one JSON object per line",
};

export function writeUnknown(unknown: OperationReply["unknown"], output: Output): void {
  for (const { selector, suggestion } of unknown) {
    const hint = suggestion === null ? "" : `; did you mean "${suggestion}"?`;
    output.writeError(`${selector}: ERROR (no such process${hint})\n`);
  }
}

/** One object per line. */
export function writeJson(objects: readonly unknown[], output: Output): void {
  output.write(objects.map(jsonLine).join(""));
}
