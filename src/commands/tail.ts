import type { OutputStream } from "../ports/spawner.ts";
import { OutputText } from "../render/output_text.ts";
import type { Command, CommandContext } from "./command.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { FollowSink, heading } from "./follow_sink.ts";
import { untilEnded } from "./interrupt.ts";
import { readCount } from "./options.ts";
import { SELECTOR, writeUnknown } from "./selectors.ts";

const DEFAULT_LINES = 20;

export const tail: Command = {
  name: "tail",
  summary: "show the end of a process's output; with -f, follow it",
  details: "Ctrl-C ends the following, nothing else.",
  arguments: [SELECTOR, { name: "stream", kind: "stream", required: false }],
  options: [
    { flags: "-f, --follow", description: "go on with new output until Ctrl-C" },
    { flags: "-n, --lines <count>", description: `how many lines (${DEFAULT_LINES})` },
  ],
  async run({ args: [selector = "", streamName = "stdout"], options }, context) {
    const { output } = context;
    const lines = readCount(options.lines, DEFAULT_LINES);
    if (lines === null) {
      output.writeError(`--lines takes a whole number, not "${options.lines}"\n`);
      return EXIT.usage;
    }
    if (streamName !== "stdout" && streamName !== "stderr") {
      output.writeError(`there is no stream "${streamName}"; there are stdout and stderr\n`);
      return EXIT.usage;
    }
    const wanted: Wanted = { stream: streamName, lines };
    return options.follow === true
      ? await follow(selector, wanted, context)
      : await show(selector, wanted, context);
  },
};

interface Wanted {
  readonly stream: OutputStream;
  readonly lines: number;
}

async function show(
  selector: string,
  wanted: Wanted,
  { controller, output }: CommandContext,
): Promise<ExitCode> {
  const { tails, unknown } = await controller.tail([selector], wanted);
  for (const { name, bytes, problem } of tails) {
    if (tails.length > 1) output.write(heading(name));
    const text = new OutputText(output);
    output.write(text.add(bytes) + text.end());
    if (problem !== null) output.writeError(`${name}: ${problem}\n`);
  }
  writeUnknown(unknown, output);
  if (unknown.length > 0) return EXIT.noSuchProgram;
  return tails.some(({ problem }) => problem !== null) ? EXIT.failed : EXIT.done;
}

async function follow(
  selector: string,
  wanted: Wanted,
  { controller, output, interrupt }: CommandContext,
): Promise<ExitCode> {
  const sink = new FollowSink(output);
  const following = await controller.followOutput(
    [selector],
    wanted,
    (name, piece) => sink.take(name, piece),
  );
  const { names, refused, unknown } = following;
  sink.isAlone = names.length <= 1;
  for (const { name, reason } of refused) output.writeError(`${name}: ${reason}\n`);
  writeUnknown(unknown, output);
  const problem = names.length === 0 ? null : await untilEnded(following, interrupt);
  following.end();
  sink.end();
  if (problem !== null) {
    output.writeError(`${problem}\n`);
    return EXIT.unreachable;
  }
  if (unknown.length > 0) return EXIT.noSuchProgram;
  return refused.length > 0 ? EXIT.failed : EXIT.done;
}
