/** attach: the terminal of a process in the user's own, or the output of one that has none. */
import type { AttachOptions } from "../ports/attachment.ts";
import { AttachSession, type AttachSessionOptions, type Leaving } from "./attach_session.ts";
import type { Command, CommandContext, Output } from "./command.ts";
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from "../base/detach_keys.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { followStreams } from "./follow_streams.ts";
import { SELECTOR } from "./selectors.ts";

export const attach: Command = {
  name: "attach",
  summary: "use the terminal of a process; Ctrl-] and then d leaves it",
  details:
    "Every other key goes to the program, Ctrl-C and Ctrl-Z included. It goes on when you\n" +
    'leave. The output of a process without "tty: true" is followed, both streams.',
  arguments: [SELECTOR],
  options: [
    { flags: "--read-only", description: "only watch: what you type goes nowhere" },
    { flags: "--no-resize", description: "leave the size of the program's window alone" },
    {
      flags: "--detach-keys <keys>",
      description: `other keys to leave with, such as ctrl-p,q (${DEFAULT_DETACH_KEYS})`,
    },
  ],
  isNoted: true,
  takesTerminal: true,
  async run({ args: [name = ""], options }, context) {
    const { output, terminal } = context;
    const keys = parseDetachKeys(String(options.detachKeys ?? DEFAULT_DETACH_KEYS));
    if (!keys.ok) {
      output.writeError(`${keys.error}\n`);
      return EXIT.usage;
    }
    if (terminal === null) {
      const instead = `"tail -f ${name}" shows what it writes`;
      output.writeError(`attach needs a terminal whose cursor can be moved; ${instead}\n`);
      return EXIT.failed;
    }
    return await use(name, {
      detachKeys: keys.value,
      isReadOnly: options.readOnly === true,
      limitsSize: options.resize !== false,
    }, context);
  },
};

async function use(
  name: string,
  options: AttachSessionOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { output, terminal, interrupt } = context;
  const session = new AttachSession(options);
  const lent = await terminal?.lend(session) ?? null;
  if (lent === null) {
    output.writeError("the terminal cannot be used now\n");
    return EXIT.failed;
  }
  interrupt.addEventListener("abort", () => session.detach(), { once: true });
  let tellOutcome: () => ExitCode;
  try {
    tellOutcome = await show(name, session, session.attachOptions(lent), context);
  } finally {
    await lent.giveBack();
  }
  return tellOutcome();
}

/** Gives what tells how it went, once the terminal is back. */
async function show(
  name: string,
  session: AttachSession,
  options: AttachOptions,
  context: CommandContext,
): Promise<() => ExitCode> {
  const { controller, output } = context;
  const found = await controller.attach(name, options, session.listener);
  if (found.ok) {
    const leaving = await session.use(found.value);
    return () => tell(leaving, found.value.name, output);
  }
  const { code, message } = found.error;
  if (code === "no_terminal") return await followStreams(name, session, message, context);
  return () => {
    output.writeError(`${name}: ERROR (${message})\n`);
    return code === "no_such_process" ? EXIT.noSuchProgram : EXIT.failed;
  };
}

function tell(leaving: Leaving, name: string, output: Output): ExitCode {
  switch (leaving) {
    case "detached":
      output.write(`detached from ${name}, which goes on\n`);
      return EXIT.done;
    case "process_ended":
      output.write(`${name} does not run any more\n`);
      return EXIT.done;
    case "supervisor_ended":
      output.writeError(`taskmaster has ended or was upgraded; ${name} is no longer attached\n`);
      return EXIT.failed;
    case "revoked":
      return EXIT.failed;
  }
}
