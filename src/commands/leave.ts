/** shutdown and quit: both end a supervisor whose shell this is. */
import { hasOperatingSystemProcess } from "../core/snapshot.ts";
import { listNames } from "../render/names.ts";
import type { Command, CommandContext } from "./command.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";

const YES = { flags: "-y, --yes", description: "do not ask" };
const LEAVE_RUNNING = {
  flags: "--leave-running",
  description: "end taskmaster only; the next start takes the programs back",
};

export const shutdown: Command = {
  name: "shutdown",
  summary: "stop everything and end taskmaster",
  details: "A shell asks first; as a command of its own it is taken at its word.",
  arguments: [],
  options: [LEAVE_RUNNING, YES],
  isNoted: true,
  run: ({ options }, context) =>
    options.leaveRunning === true
      ? end(context, { leaveRunning: true })
      : leave(context, options.yes === true),
};

export const quit: Command = {
  name: "quit",
  summary: "leave the shell; in the foreground this is a shutdown",
  arguments: [],
  options: [YES],
  isShellOnly: true,
  async run({ options }, context) {
    if (context.shell.isSupervisor) return await leave(context, options.yes === true);
    context.shell.leave();
    return EXIT.done;
  },
};

async function leave(context: CommandContext, isSure: boolean): Promise<ExitCode> {
  const { controller, shell, output } = context;
  const { processes } = await controller.snapshot();
  const running = processes.filter(hasOperatingSystemProcess).map(({ name }) => name);
  if (!isSure && running.length > 0) {
    const question = `This stops ${listNames(running)}. Shut down?`;
    if (!await shell.confirm(question)) return EXIT.failed;
  }
  if (running.length > 0) output.write(`stopping ${listNames(running)} …\n`);
  return await end(context, { leaveRunning: false });
}

async function end(
  { controller, shell }: CommandContext,
  options: { readonly leaveRunning: boolean },
): Promise<ExitCode> {
  await controller.shutdown(options);
  shell.leave();
  return EXIT.done;
}
