/** `taskmaster init`: a sample to begin with. */
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { SAMPLE_CONFIGURATION } from "../config/sample.ts";

/** Without `file` the sample is printed. A file that exists is never overwritten. */
export async function init(file: string | undefined, output: Output): Promise<ExitCode> {
  if (file === undefined) {
    output.write(SAMPLE_CONFIGURATION);
    return EXIT.done;
  }
  try {
    await Deno.writeTextFile(file, SAMPLE_CONFIGURATION, { createNew: true });
  } catch (error) {
    const reason = error instanceof Deno.errors.AlreadyExists
      ? "it exists already, and is left as it is"
      : error instanceof Error
      ? error.message
      : String(error);
    output.writeError(`cannot write ${JSON.stringify(file)}: ${reason}\n`);
    return EXIT.failed;
  }
  output.write(`wrote ${file}; start it with: taskmaster -c ${file}\n`);
  return EXIT.done;
}
