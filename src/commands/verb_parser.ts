/** The table of verbs as a command line parser: words → a command and its invocation. */
import { Argument, Command as Parser, CommanderError } from "commander";
import { nearest } from "../base/edit_distance.ts";
import type { ArgumentSpec, Command, Invocation, Output, VerbSpec } from "./command.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { ALIASES, COMMANDS } from "./table.ts";

export type RunVerb = (command: Command, invocation: Invocation) => Promise<ExitCode>;

/**
 * Parses one command's words and runs it. Help goes to `output.write`, mistakes in the words go to
 * `output.writeError` with the nearest known word and end with EXIT.usage.
 */
export async function parseVerb(
  words: readonly string[],
  run: RunVerb,
  output: Output,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const parser = verbParser(async (command, invocation) => {
    exitCode = await run(command, invocation);
  }, output);
  try {
    await parser.parseAsync([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  return exitCode;
}

function verbParser(
  run: (command: Command, invocation: Invocation) => Promise<void>,
  output: Output,
): Parser {
  const parser = new Parser().usage("VERB [options] [arguments]");
  settle(parser, output).addHelpText("after", '\n"help VERB" tells more about one of them.');
  parser.helpCommand(false);
  for (const command of COMMANDS) {
    settle(addVerb(parser, command, (invocation) => run(command, invocation)), output);
  }
  settle(parser.command("help [verb]"), output)
    .description("list the verbs, or tell about one")
    .action((name?: string) => showHelp(parser, name));
  return parser;
}

/** Teaches `parser` the words of one verb. */
export function addVerb(
  parser: Parser,
  command: VerbSpec,
  run: (invocation: Invocation) => void | Promise<void>,
): Parser {
  const verb = parser.command(command.name).description(command.summary);
  if (command.details !== undefined) verb.addHelpText("after", `\n${command.details}`);
  verb.showHelpAfterError(`(see "help ${command.name}")`);
  const aliases = Object.keys(ALIASES).filter((alias) => ALIASES[alias] === command.name);
  for (const alias of aliases) verb.alias(alias);
  for (const spec of command.arguments) verb.addArgument(argument(spec));
  for (const { flags, description } of command.options ?? []) verb.option(flags, description);
  return verb.action(() => run({ args: verb.args, options: verb.opts() }));
}

function showHelp(parser: Parser, name: string | undefined): void {
  if (name === undefined) return parser.outputHelp();
  const verb = parser.commands.find((verb) => verb.name() === (ALIASES[name] ?? name));
  if (verb !== undefined) return verb.outputHelp();
  const guess = nearest(name, parser.commands.map((verb) => verb.name()));
  const hint = guess === undefined ? "" : `; did you mean "${guess}"?`;
  parser.error(`there is no verb "${name}"${hint}`);
}

/** `verb.args` keeps the words as they came, so a variadic argument needs no unpacking. */
function argument({ name, required, variadic }: ArgumentSpec): Argument {
  const inner = variadic ? `${name}...` : name;
  return new Argument(required ? `<${inner}>` : `[${inner}]`);
}

function settle(parser: Parser, output: Output): Parser {
  return parser
    .helpOption("-h, --help", "tell about this verb")
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({
      commandUsage: (verb) =>
        verb.parent === null ? verb.usage() : `${verb.name()} ${verb.usage()}`,
    })
    .configureOutput({
      writeOut: (text) => output.write(text),
      writeErr: (text) => output.writeError(text),
      getOutHelpWidth: () => helpWidth(output),
      getErrHelpWidth: () => helpWidth(output),
      outputError: (text, write) => write(text.replace(/^error: /, "")),
    });
}

/** Below this commander's wrapping only makes things worse. */
const NARROWEST_HELP = 40;

function helpWidth({ width }: Output): number {
  return Number.isFinite(width) ? Math.max(NARROWEST_HELP, width) : 80;
}
