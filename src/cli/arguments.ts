/** The words after `taskmaster` → what is to be done. */
import { Command as Parser, CommanderError, Option } from "commander";
import { nearest } from "../base/edit_distance.ts";
import { visible } from "../base/visible.ts";
import type { Command, Invocation, Output, VerbSpec } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { COMMANDS } from "../commands/table.ts";
import { addVerb } from "../commands/verb_parser.ts";
import { CLIENT_VERBS, GLOBAL_OPTIONS, OWN_VERBS } from "./own_verbs.ts";

/** Whom to be, as far as the command line says. */
export interface WhoOptions {
  readonly user: string | undefined;
  readonly allowRoot: boolean;
}

/** Which of the running ones is meant, as far as the command line says: by one of them at most. */
export interface TargetOptions {
  readonly config: string | undefined;
  readonly name: string | undefined;
  readonly socket: string | undefined;
}

/** Where taskmaster's own log goes: to the file of the configuration, or to our standard output. */
export type LogTo = typeof LOG_TO[number];

const LOG_TO = ["file", "stdout"] as const;

export interface StartTask {
  readonly kind: "foreground" | "daemon";
  readonly config: string;
  readonly who: WhoOptions;
  readonly logTo: LogTo;
  /** Only try whether this would come up, beside the taskmaster that runs. */
  readonly isRehearsal: boolean;
  /** A daemon that stays with what started it. */
  readonly isAttached: boolean;
  /** The daemon itself, in the background, started by the one the user has started. */
  readonly isDetached: boolean;
}

export interface ServiceTask {
  readonly kind: "install-service";
  readonly config: string;
  readonly who: WhoOptions;
  /** Else it is printed. */
  readonly isWritten: boolean;
  /** Where to, if not to the usual place. */
  readonly directory: string | undefined;
}

export type Task =
  | StartTask
  | ServiceTask
  | {
    readonly kind: "client";
    readonly command: Command;
    readonly invocation: Invocation;
    readonly target: TargetOptions;
  }
  | { readonly kind: "shell"; readonly target: TargetOptions }
  | { readonly kind: "check"; readonly config: string; readonly who: WhoOptions }
  | { readonly kind: "init"; readonly file: string | undefined }
  | { readonly kind: "schema" }
  | { readonly kind: "man" }
  | { readonly kind: "completions"; readonly shell: string }
  /** What could come after these words. */
  | { readonly kind: "complete"; readonly words: readonly string[] }
  | { readonly kind: "hash-password" }
  /** Everything was said while parsing: help, the version, a mistake. */
  | { readonly kind: "over"; readonly exitCode: ExitCode };

interface RawOptions {
  readonly config?: string;
  readonly name?: string;
  readonly socket?: string;
  readonly foreground?: boolean;
  readonly detached?: boolean;
  readonly user?: string;
  readonly allowRoot?: boolean;
  readonly rehearse?: boolean;
  readonly logTo?: string;
  readonly write?: boolean;
  readonly directory?: string;
}

/** Mistakes and help go to `output`; `version` is what -V prints. */
export function parseArguments(words: readonly string[], version: string, output: Output): Task {
  let task: Task = { kind: "over", exitCode: EXIT.usage };
  const parser = taskParser({ words, version }, output, (chosen) => task = chosen);
  try {
    parser.parse([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: "over", exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage };
  }
  return task;
}

function taskParser(
  { words, version }: { readonly words: readonly string[]; readonly version: string },
  output: Output,
  choose: (task: Task) => void,
): Parser {
  const parser = new Parser("taskmaster");
  parser
    .description(
      "Starts programs, keeps them alive by their rules, and gives a shell to control them.",
    )
    .usage("-c FILE [--user NAME[:GROUP]]\n       taskmaster VERB …")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    // Of an unknown verb there may be arguments: the verb is what is wrong, not their number.
    .argument("[verb...]")
    .addOption(new Option("--rehearse").hideHelp())
    .action(([verb]: string[], options: RawOptions) => {
      if (verb !== undefined) return choose(unknownVerb(verb, parser, output));
      choose(withConfig("foreground", options, output));
    });
  for (const { flags, description } of GLOBAL_OPTIONS) parser.option(flags, description);
  const add = (spec: VerbSpec, run: (args: readonly string[], options: RawOptions) => void) => {
    const verb = addVerb(parser, spec, ({ args }) => run(args, verb.optsWithGlobals()));
    return verb;
  };
  add(OWN_VERBS.daemon, (_args, options) => choose(withConfig("daemon", options, output)))
    .addOption(new Option("--detached").hideHelp());
  add(
    OWN_VERBS.shell,
    (_args, options) =>
      choose(withTarget(options, output, (target) => ({ kind: "shell", target }))),
  );
  for (const command of CLIENT_VERBS) {
    const verb = addVerb(parser, command, (invocation) => {
      const options = verb.optsWithGlobals<RawOptions>();
      choose(withTarget(options, output, (target) => {
        return { kind: "client", command, invocation, target };
      }));
    }).helpGroup("Control a running taskmaster:");
  }
  add(OWN_VERBS.check, ([file], options) => {
    const config = file ?? options.config;
    choose(withConfig("check", { ...options, ...(config !== undefined && { config }) }, output));
  });
  add(OWN_VERBS.init, ([file]) => choose({ kind: "init", file }));
  add(OWN_VERBS.man, () => choose({ kind: "man" }));
  add(OWN_VERBS.schema, () => choose({ kind: "schema" }));
  add(OWN_VERBS.completions, ([shell = ""]) => choose({ kind: "completions", shell }));
  add(
    OWN_VERBS.installService,
    (_args, options) => choose(withConfig("install-service", options, output)),
  );
  add(OWN_VERBS.hashPassword, () => choose({ kind: "hash-password" }));
  add(OWN_VERBS.version, () => {
    output.write(`${version}\n`);
    choose({ kind: "over", exitCode: EXIT.done });
  });
  add(OWN_VERBS.help, ([name]) => {
    const verb = parser.commands.find((command) => command.name() === name);
    if (name !== undefined && verb === undefined) return choose(unknownVerb(name, parser, output));
    (verb ?? parser).outputHelp();
    choose({ kind: "over", exitCode: EXIT.done });
  });
  for (const each of [parser, ...parser.commands]) settle(each, words, output);
  return parser;
}

function unknownVerb(verb: string, parser: Parser, output: Output): Task {
  const known = parser.commands.map((command) => command.name());
  const guess = nearest(verb, known);
  const isOfShell = COMMANDS.some(({ name }) => name === verb);
  const hint = isOfShell
    ? "it is a verb of the shell only"
    : guess !== undefined
    ? `did you mean "${guess}"?`
    : `verbs are ${known.join(", ")}`;
  output.writeError(`taskmaster: unknown verb "${visible(verb)}"; ${hint}\n`);
  return { kind: "over", exitCode: EXIT.usage };
}

function withTarget(
  { config, name, socket }: RawOptions,
  output: Output,
  make: (target: TargetOptions) => Task,
): Task {
  const given = [["-c", config], ["--name", name], ["--socket", socket]]
    .flatMap(([flag, value]) => value === undefined ? [] : [flag]);
  if (given.length <= 1) return make({ config, name, socket });
  output.writeError(
    `taskmaster: ${given.join(" and ")} each say which running taskmaster is meant; ` +
      "give one of them\n",
  );
  return { kind: "over", exitCode: EXIT.usage };
}

function withConfig(
  kind: StartTask["kind"] | "check" | "install-service",
  options: RawOptions,
  output: Output,
): Task {
  const { config, user, allowRoot = false } = options;
  const forClients = options.name !== undefined ? "name" : "socket";
  if (options[forClients] !== undefined) {
    output.writeError(
      `taskmaster: --${forClients} is for clients; a taskmaster gets its ${forClients} from ` +
        `\`taskmaster: {${forClients}: …}\` in its configuration\n`,
    );
    return { kind: "over", exitCode: EXIT.usage };
  }
  if (config === undefined) {
    output.writeError(
      "no configuration: name one with -c FILE (`taskmaster init` prints a sample,\n" +
        "`taskmaster --help` tells more)\n",
    );
    return { kind: "over", exitCode: EXIT.usage };
  }
  const who = { user, allowRoot };
  if (kind === "check") return { kind, config, who };
  if (kind === "install-service") {
    const { write = false, directory } = options;
    return { kind, config, who, isWritten: write || directory !== undefined, directory };
  }
  const { rehearse = false, foreground = false, detached = false } = options;
  const logTo = LOG_TO.find((known) => known === (options.logTo ?? "file"));
  const mistake = logTo === undefined
    ? `unknown place "${visible(options.logTo ?? "")}" for --log-to; places are ${
      LOG_TO.join(", ")
    }`
    : logTo === "stdout" && kind === "daemon" && !foreground
    ? "--log-to stdout needs --foreground: a daemon in the background has no standard output"
    : null;
  if (logTo === undefined || mistake !== null) {
    output.writeError(`taskmaster: ${mistake}\n`);
    return { kind: "over", exitCode: EXIT.usage };
  }
  return {
    kind,
    config,
    who,
    logTo,
    isRehearsal: rehearse,
    isAttached: foreground,
    isDetached: detached,
  };
}

/** Complaints repeat the words, which may have line ends in them. */
function settle(parser: Parser, words: readonly string[], output: Output): void {
  const strange = words.filter((word) => word !== visible(word));
  const shown = (text: string) =>
    strange.reduce((rest, word) => rest.replaceAll(word, () => visible(word)), text);
  parser
    .exitOverride()
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .configureOutput({
      writeOut: (text) => output.write(text),
      writeErr: (text) => output.writeError(text),
      getOutHelpWidth: () => Math.min(output.width, 100),
      getErrHelpWidth: () => Math.min(output.width, 100),
      outputError: (text, write) => write(shown(text).replace(/^error: /, "taskmaster: ")),
    });
}
