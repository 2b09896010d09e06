/** The manual page, made from the tables of verbs and options, in the macros of man(7). */
import type { OptionSpec, VerbSpec } from "../commands/command.ts";
import { EXIT } from "../commands/exit_code.ts";
import { CLIENT_VERBS, GLOBAL_OPTIONS, OWN_VERBS } from "./own_verbs.ts";

const EXIT_MEANINGS: { readonly [K in keyof typeof EXIT]: string } = {
  done: "Done.",
  failed: "Some requested action failed.",
  usage: "The command line has a mistake.",
  notRunning: "status: something that is wanted up is not running.",
  configRefused: "The configuration was refused.",
  noSuchProgram: "No such program.",
  unreachable: "No taskmaster answers.",
  notPermitted: "Not permitted.",
  becameFatal: "A process became FATAL, and on_fatal is exit.",
  essentialEnded: "An essential program ended unexpectedly.",
  interrupted: "Ended by Ctrl-C while it asked something.",
  internal: "A bug in taskmaster.",
};

export function manPage(version: string): string {
  return [
    `.TH TASKMASTER 1 "" ${quote(`taskmaster ${version}`)} "User Commands"`,
    ".SH NAME",
    "taskmaster \\- start programs, keep them alive by their rules, and control them",
    ".SH SYNOPSIS",
    ".B taskmaster",
    "\\-c FILE [\\-\\-user NAME[:GROUP]]",
    ".br",
    ".B taskmaster",
    "VERB [options] [arguments]",
    ".SH DESCRIPTION",
    "With a configuration and no verb it supervises the programs of the file in the foreground,",
    "with a control shell if it is on a terminal. With a verb it is a client of a taskmaster that",
    "runs, or does what the verb says by itself.",
    ".SH OPTIONS",
    ...GLOBAL_OPTIONS.flatMap(option),
    ".SH VERBS FOR A RUNNING TASKMASTER",
    ...CLIENT_VERBS.flatMap(verb),
    ".SH OTHER VERBS",
    ...Object.values(OWN_VERBS).flatMap(verb),
    ".SH EXIT STATUS",
    ...Object.entries(EXIT_MEANINGS).flatMap(([name, meaning]) => [
      ".TP",
      `.B ${EXIT[name as keyof typeof EXIT]}`,
      text(meaning),
    ]),
    ".SH SIGNALS",
    "TERM, INT and QUIT stop everything in order and end; a second one kills what is left at once.",
    "HUP reads the configuration again. USR2 opens the logs again.",
    "",
  ].join("\n");
}

function verb(spec: VerbSpec): string[] {
  const words = spec.arguments.map(({ name, required, variadic }) => {
    const inner = variadic ? `${name}...` : name;
    return required ? inner : `[${inner}]`;
  });
  return [
    ".TP",
    [`\\fB${text(spec.name)}\\fR`, ...words.map(text)].join(" "),
    text(spec.summary),
    ...spec.details === undefined ? [] : [".IP", ".nf", ...lines(spec.details), ".fi"],
    ...(spec.options ?? []).length === 0 ? [] : [".RS", ...spec.options!.flatMap(option), ".RE"],
  ];
}

function option({ flags, description }: OptionSpec): string[] {
  return [".TP", `\\fB${text(flags)}\\fR`, text(description)];
}

function lines(many: string): string[] {
  return many.split("\n").map(text);
}

/** A line that begins with a dot or a quote would be a request, and a bare "-" is no minus sign. */
function text(line: string): string {
  const escaped = line.replaceAll("\\", "\\e").replaceAll("-", "\\-");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function quote(words: string): string {
  return `"${text(words).replaceAll('"', '""')}"`;
}
