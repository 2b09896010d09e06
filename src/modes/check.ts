/** `taskmaster check`: the loader of every other mode, and a look at what the file refers to. */
import { err, ok, type Result } from "../base/result.ts";
import type { WhoOptions } from "../cli/arguments.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { writeReport } from "../commands/write_report.ts";
import type { Outside } from "../config/outside.ts";
import { readConfiguration } from "../config/read.ts";
import { readSecretFile } from "../sys/privileges/secret_file.ts";
import { configContext } from "./config_context.ts";

/** As large as taskmaster reads the largest of them. */
const LARGEST_FILE_BYTES = 256 * 1024;

export function check(
  { config, who }: { readonly config: string; readonly who: WhoOptions },
  output: Output,
): ExitCode {
  const context = { ...configContext(config, who), lookOutside };
  const read = readConfiguration(config, context);
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

function lookOutside(what: Outside): Result<string, string> {
  if (what.kind === "env") {
    const text = Deno.env.get(what.name);
    return text === undefined ? err("this variable is not set here") : ok(text);
  }
  const text = readSecretFile(what.path, LARGEST_FILE_BYTES);
  return text.ok ? text : err(text.error.message);
}
