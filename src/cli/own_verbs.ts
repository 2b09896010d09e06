/** The words of the command line beside the verbs that the shell has too. */
import type { OptionSpec, VerbSpec } from "../commands/command.ts";
import type { Vocabulary } from "../commands/complete.ts";
import { ALIASES, COMMANDS } from "../commands/table.ts";

const CONFIG: OptionSpec = {
  flags: "-c, --config <file>",
  description: "the configuration file",
  value: "file",
};

export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  CONFIG,
  { flags: "--user <name[:group]>", description: "the user to become when started as root" },
  { flags: "--allow-root", description: "stay root, on purpose" },
  {
    flags: "--log-to <place>",
    description: "the log of taskmaster itself: file, or stdout and no shell, for containers",
  },
  {
    flags: "--name <name>",
    description: "for clients: the running taskmaster of this name",
    value: "instance",
  },
  {
    flags: "--socket <path>",
    description: "for clients: the running taskmaster with this socket",
    value: "file",
  },
];

export const OWN_VERBS = {
  daemon: {
    name: "daemon",
    summary: "supervise in the background, without a shell",
    arguments: [],
    options: [{
      flags: "--foreground",
      description: "stay in the foreground: under systemd, in a container",
    }],
  },
  shell: {
    name: "shell",
    summary: "the control shell of a running taskmaster",
    arguments: [],
  },
  check: {
    name: "check",
    summary: "check a configuration file and print all its mistakes",
    arguments: [{ name: "file", kind: "file", required: false }],
    options: [CONFIG, {
      flags: "--allow-root",
      description: "check it for a taskmaster that stays root",
    }],
  },
  init: {
    name: "init",
    summary: "print a commented sample configuration, or write it to a new file",
    arguments: [{ name: "file", kind: "file", required: false }],
  },
  schema: {
    name: "schema",
    summary: "print the JSON Schema of the configuration, for editors",
    arguments: [],
  },
  completions: {
    name: "completions",
    summary: "print the script that makes Tab work in bash, zsh or fish",
    details: `To have it in every new shell:
  bash   add to ~/.bashrc:  source <(taskmaster completions bash)
  zsh    add to ~/.zshrc, below compinit:  source <(taskmaster completions zsh)
  fish   taskmaster completions fish > ~/.config/fish/completions/taskmaster.fish
Names of processes come from the running taskmaster that the line is for.`,
    arguments: [{ name: "shell", kind: "shell", required: true }],
  },
  man: {
    name: "man",
    summary: "print the manual page",
    details: `To read it:     taskmaster man | man -l -
To install it:  taskmaster man > /usr/local/share/man/man1/taskmaster.1`,
    arguments: [],
  },
  installService: {
    name: "install-service",
    summary: "print a unit of systemd for a configuration, or install it",
    details: `As root it is a unit of the machine, else one of your own systemd (systemctl --user).
--user and --allow-root stand in it as they are given here.`,
    arguments: [],
    options: [CONFIG, { flags: "--write", description: "install it instead of printing it" }, {
      flags: "--directory <directory>",
      description: "where to install it, if not where systemd looks first",
      value: "file",
    }],
  },
  hashPassword: {
    name: "hash-password",
    summary: "print the hash of a password, for a user of the API on TCP",
    arguments: [],
  },
  version: { name: "version", summary: "print the version", arguments: [] },
  help: {
    name: "help",
    summary: "print the help of a verb",
    arguments: [{ name: "verb", kind: "verb", required: false }],
  },
} as const satisfies Readonly<Record<string, VerbSpec>>;

/** The shell's verbs that a client can carry out. */
export const CLIENT_VERBS = COMMANDS.filter(({ isShellOnly, name }) =>
  !isShellOnly && name !== OWN_VERBS.version.name
);

/** What a finished command line may consist of. */
export const COMMAND_LINE: Vocabulary = {
  verbs: [...CLIENT_VERBS, ...Object.values(OWN_VERBS)],
  aliases: ALIASES,
  options: GLOBAL_OPTIONS,
  flags: ["--version"],
};
