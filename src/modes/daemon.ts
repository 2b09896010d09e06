/** `taskmaster daemon`: starts the supervisor in the background, and tells how that went. */
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { startDetached } from "../sys/start_detached.ts";
import { READY } from "./daemon_ready.ts";
import { startedAs } from "./upgrade.ts";

/** The same command line again, as a process of its own session; its errors are ours. */
export async function daemon(output: Output): Promise<ExitCode> {
  const { executable, args } = startedAs();
  const child = startDetached(executable, [...args.slice(1), "--detached"]);
  const text = await child.output((error) => output.writeError(error));
  if (text.includes(READY)) {
    output.write(text);
    return EXIT.done;
  }
  const code = await child.exitCode;
  if (code === 0) output.writeError("taskmaster: it ended at once\n");
  return (code === 0 ? EXIT.failed : code) as ExitCode;
}
