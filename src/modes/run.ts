/** From the command line to a mode. Each mode is loaded only when it is chosen. */
import { parseArguments } from "../cli/arguments.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { VERSION } from "../base/version.ts";
import { standardOutput } from "./standard_output.ts";

export async function run(words: readonly string[]): Promise<ExitCode> {
  const output = standardOutput();
  try {
    const task = parseArguments(words, VERSION, output);
    switch (task.kind) {
      case "foreground":
        if (task.isRehearsal) return (await import("./rehearsal.ts")).rehearsal(task, output);
        return await (await import("./foreground.ts")).foreground(task, output);
      case "check":
        return (await import("./check.ts")).check(task, output);
      case "init":
        return await (await import("./init.ts")).init(task.file, output);
      case "schema":
        return (await import("./schema.ts")).schema(output);
      case "over":
        return task.exitCode;
    }
  } catch (error) {
    output.writeError(`taskmaster: internal error: ${describe(error)}\n`);
    return EXIT.internal;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.stack ?? error.message;
}
