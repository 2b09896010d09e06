/** `--rehearse`: as much of a start as can be tried beside the taskmaster that is running. */
import type { WhoOptions } from "../cli/arguments.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { libc } from "../sys/libc.ts";
import { bootId } from "../sys/process/proc_stat.ts";
import { StateTable } from "../sys/files/state_table.ts";
import { prepareMailer } from "./alerts.ts";
import { decide } from "./start_up.ts";
import { rehearsalProof, takeHandover } from "./upgrade.ts";

/** Reads all that a start reads, and changes nothing. Mistakes go to `output`. */
export async function rehearsal(
  { config, who }: { readonly config: string; readonly who: WhoOptions },
  output: Output,
): Promise<ExitCode> {
  const decided = decide(config, who, takeHandover(), output);
  if (!decided.ok) return decided.error;
  const { stateDir } = decided.value.configuration.daemon;
  try {
    libc();
    const mailProblem = await prepareMailer(decided.value.configuration);
    if (mailProblem !== null) throw new Error(mailProblem);
    const table = new StateTable({ path: `${stateDir}/state`, bootId: bootId(), onProblem() {} });
    table.load();
    output.write(rehearsalProof());
    return EXIT.done;
  } catch (error) {
    output.writeError(`taskmaster: ${error instanceof Error ? error.message : error}\n`);
    return EXIT.failed;
  }
}
