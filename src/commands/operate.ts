/** start, stop and restart: ask, wait, print a line per process. */
import { isHarmless } from "../core/fault.ts";
import type { OperationReply } from "../ports/controller.ts";
import type { Command, CommandContext, Invocation, OptionSpec } from "./command.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { unlessInterrupted } from "./interrupt.ts";
import { showProgress } from "./progress.ts";
import { JSON_OPTION, SELECTOR_HELP, SELECTORS, writeJson, writeUnknown } from "./selectors.ts";
import { style } from "../render/style.ts";

type Verb = "start" | "stop" | "restart";

const NO_WAIT: OptionSpec = {
  flags: "--no-wait",
  description: "return at once; do not wait for the result",
};

export const start = operation("start", "start processes", "started");
export const stop = operation("stop", "stop processes and all they have left behind", "stopped");
export const restart = operation("restart", "stop, then start, as one operation", "restarted");

function operation(verb: Verb, summary: string, past: string): Command {
  return {
    name: verb,
    summary,
    details: `${SELECTOR_HELP}\nCtrl-C stops the waiting, not what was asked for.`,
    arguments: [SELECTORS],
    options: [NO_WAIT, JSON_OPTION],
    isNoted: true,
    run: (invocation, context) => operate(verb, past, invocation, context),
  };
}

async function operate(
  verb: Verb,
  past: string,
  { args, options }: Invocation,
  context: CommandContext,
): Promise<ExitCode> {
  const { controller, output, interrupt } = context;
  const wait = options.wait !== false;
  const progress = wait ? showProgress(verb, args, context) : null;
  const asked = controller[verb](args, { wait }).finally(() => progress?.end());
  const reply = await unlessInterrupted(asked, interrupt);
  if (reply === null) {
    output.writeError(`no longer waiting; the ${verb} goes on\n`);
    return EXIT.failed;
  }
  const done = wait ? past : `asked to ${verb}`;
  if (options.json) {
    writeJson(reply.results, output);
  } else {
    writeResults(reply, done, output);
  }
  writeUnknown(reply.unknown, output);
  return exitCodeOf(reply);
}

export function writeResults(
  reply: OperationReply,
  done: string,
  output: CommandContext["output"],
): void {
  for (const { name, fault, pid } of reply.results) {
    if (fault === null) {
      output.write(`${name}: ${done}${pid === null ? "" : ` (pid ${pid})`}\n`);
    } else if (isHarmless(fault)) {
      output.write(`${name}: ${fault.message}\n`);
    } else {
      const error = style("red", "ERROR", output.colour);
      output.writeError(`${name}: ${error} (${fault.message})\n`);
    }
  }
}

export function exitCodeOf(reply: OperationReply): ExitCode {
  if (reply.unknown.length > 0) return EXIT.noSuchProgram;
  const failed = reply.results.some(({ fault }) => fault !== null && !isHarmless(fault));
  return failed ? EXIT.failed : EXIT.done;
}
