/** `taskmaster check`: the loader of every other mode, without anything after it. */
import type { WhoOptions } from "../cli/arguments.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { writeReport } from "../commands/write_report.ts";
import { readConfiguration } from "../config/read.ts";
import { configContext } from "./config_context.ts";

export function check(
  { config, who }: { readonly config: string; readonly who: WhoOptions },
  output: Output,
): ExitCode {
  const read = readConfiguration(config, configContext(config, who));
  if (!read.ok) {
    const { message, report } = read.error;
    if (report === null) output.writeError(`${message}\n`);
    else writeReport(report, output);
    return EXIT.configRefused;
  }
  const { configuration, warnings } = read.value;
  writeReport(warnings, output);
  let processes = 0;
  for (const { numprocs } of configuration.programs.values()) processes += numprocs;
  const count = (number: number, noun: string, plural: string) =>
    `${number} ${number === 1 ? noun : plural}`;
  const programs = count(configuration.programs.size, "program", "programs");
  output.write(`${config}: ok, ${programs} with ${count(processes, "process", "processes")}\n`);
  return EXIT.done;
}
