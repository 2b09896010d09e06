/** From the command line to a mode. Each mode is loaded only when it is chosen. */
import type { Task } from "../cli/arguments.ts";
import { COMPLETE_VERB } from "../cli/complete_protocol.ts";
import { plainCommand } from "../cli/plain_words.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { VERSION } from "../base/version.ts";
import { whyMixedRights } from "./mixed_rights.ts";
import { OutputError, standardOutput } from "./standard_output.ts";

export async function run(words: readonly string[]): Promise<ExitCode> {
  const output = standardOutput();
  try {
    // Before a word is looked at: each verb reads files, or tells a taskmaster who asks.
    const refusal = await whyMixedRights();
    if (refusal !== null) {
      output.writeError(`taskmaster: ${refusal}\n`);
      return EXIT.notPermitted;
    }
    const task = await taskOf(words, output);
    if (dependsOnDirectory(task) && !isSomewhere()) {
      const what = "the directory that it is started in has been removed; change to another one";
      output.writeError(`taskmaster: ${what}\n`);
      return EXIT.failed;
    }
    switch (task.kind) {
      case "foreground":
      case "daemon":
        if (task.isRehearsal) return await (await import("./rehearsal.ts")).rehearsal(task, output);
        if (task.kind === "foreground" || task.isAttached || task.isDetached) {
          return await (await import("./supervise.ts")).supervise(task, output);
        }
        return await (await import("./daemon.ts")).daemon(output);
      case "client":
        return await (await import("./client.ts")).client(task, output);
      case "shell":
        return await (await import("./remote_shell.ts")).remoteShell(task.target, output);
      case "check":
        return (await import("./check.ts")).check(task, output);
      case "init":
        return await (await import("./init.ts")).init(task.file, output);
      case "schema":
        return (await import("./schema.ts")).schema(output);
      case "man":
        return (await import("./man.ts")).man(output);
      case "completions":
        return (await import("./completions.ts")).completions(task.shell, output);
      case "install-service":
        return (await import("./install_service.ts")).installService(task, output);
      case "complete":
        return await (await import("./complete_line.ts")).completeLine(task.words, output);
      case "hash-password":
        return await (await import("./hash_password.ts")).hashPassword(output);
      case "over":
        return task.exitCode;
    }
  } catch (error) {
    if (error instanceof OutputError) {
      output.writeError(`taskmaster: cannot write the output: ${error.message}\n`);
      return EXIT.failed;
    }
    output.writeError(`taskmaster: internal error: ${describe(error)}\n`);
    return EXIT.internal;
  }
}

async function taskOf(words: readonly string[], output: Output): Promise<Task> {
  const [first, ...others] = words;
  if (first === COMPLETE_VERB) return { kind: "complete", words: others };
  const plain = await plainCommand(words);
  if (plain !== null) return { kind: "client", ...plain };
  const { parseArguments } = await import("../cli/arguments.ts");
  return parseArguments(words, VERSION, output);
}

/** What is started is started there again by an upgrade; the others may name a file from there. */
function dependsOnDirectory(task: Task): boolean {
  switch (task.kind) {
    case "foreground":
    case "daemon":
      return true;
    case "check":
    case "install-service":
      return isRelative(task.config);
    case "client":
    case "shell":
      return isRelative(task.target.config);
    default:
      return false;
  }
}

function isRelative(path: string | undefined): boolean {
  return path !== undefined && !path.startsWith("/");
}

function isSomewhere(): boolean {
  try {
    Deno.cwd();
    return true;
  } catch {
    return false;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.stack ?? error.message;
}
