/** What is wrong with a configuration file, for whoever asked. */
import type { Report } from "../base/diagnostic.ts";
import { renderReport } from "../render/diagnostic.ts";
import type { Output } from "./command.ts";

/** Writes nothing when nothing is reported. */
export function writeReport(report: Report, output: Output): void {
  if (report.diagnostics.length > 0) output.writeError(renderReport(report, output) + "\n");
}
