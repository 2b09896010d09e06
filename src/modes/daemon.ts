/** `taskmaster daemon`: starts the supervisor in the background, and tells how that went. */
import { accessSync, constants } from "node:fs";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { type DetachedStart, startDetached } from "../sys/process/start_detached.ts";
import { READY } from "./daemon_ready.ts";
import { startedAs } from "./upgrade.ts";

/** The same command line again, as a process of its own session; its errors are ours. */
export async function daemon(output: Output): Promise<ExitCode> {
  const { executable, args, directory } = startedAs();
  let child: DetachedStart;
  try {
    child = startDetached(executable, [...args.slice(1), "--detached"]);
  } catch (error) {
    output.writeError(`taskmaster: ${whyNotStarted(directory, error)}\n`);
    return EXIT.failed;
  }
  const text = await child.output((error) => output.writeError(error));
  if (text.includes(READY)) {
    output.write(text);
    return EXIT.done;
  }
  const code = await child.exitCode;
  if (code === 0) output.writeError("taskmaster: it ended at once\n");
  return (code === 0 ? EXIT.failed : code) as ExitCode;
}

function whyNotStarted(directory: string, error: unknown): string {
  try {
    accessSync(directory, constants.X_OK);
  } catch {
    const quoted = JSON.stringify(directory);
    return `the directory that it is started in, ${quoted}, must not be entered; change to another one`;
  }
  return `cannot start in the background: ${error instanceof Error ? error.message : error}`;
}
