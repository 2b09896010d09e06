/** `taskmaster completions SHELL`: the script that makes Tab work there. */
import { COMPLETION_SCRIPTS } from "../cli/completion_scripts.ts";
import { SHELLS } from "../commands/complete.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";

export function completions(name: string, output: Output): ExitCode {
  const shell = SHELLS.find((known) => known === name);
  if (shell === undefined) {
    const known = SHELLS.join(", ");
    output.writeError(`taskmaster: no completions for "${name}"; there are some for ${known}\n`);
    return EXIT.usage;
  }
  output.write(COMPLETION_SCRIPTS[shell]);
  return EXIT.done;
}
