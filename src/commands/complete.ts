/** What could stand at the end of a line: serves Tab in the control shell and in other shells. */
import { RECORD_LEVELS } from "../core/record.ts";
import { SIGNAL_NAMES } from "../core/signal.ts";
import type { ProcessSnapshot } from "../core/snapshot.ts";
import type { ArgumentKind, ArgumentSpec, OptionSpec, VerbSpec } from "./command.ts";
import { ALIASES, COMMANDS } from "./table.ts";
import { readWords, type WordsSoFar } from "./words_so_far.ts";

/** The words that a line may be made of. */
export interface Vocabulary {
  readonly verbs: readonly VerbSpec[];
  readonly aliases: Readonly<Record<string, string>>;
  /** Options that stand before a verb or after it. */
  readonly options: readonly OptionSpec[];
  /** Flags that end the program at once, without a verb. */
  readonly flags: readonly string[];
}

/** What is only known at run time; asked for when the line wants it. */
export interface Lookups {
  processes(): Promise<readonly Pick<ProcessSnapshot, "name" | "program">[]>;
  /** Names of running taskmasters. */
  instances(): Promise<readonly string[]>;
}

/** Files are left to whoever completes: a shell knows its own way to offer them. */
export type Completed =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "files" };

export const SHELLS = ["bash", "zsh", "fish"] as const;

const HELP: VerbSpec = {
  name: "help",
  summary: "list the verbs, or tell about one",
  arguments: [{ name: "verb", kind: "verb", required: false }],
};

/** Of the control shell. */
export const SHELL_VOCABULARY: Vocabulary = {
  verbs: [...COMMANDS, HELP],
  aliases: ALIASES,
  options: [],
  flags: [],
};

/**
 * `words` are the words before the cursor, the last one being completed (perhaps ""). The answer
 * holds whole words that begin with it.
 */
export async function completeWords(
  words: readonly string[],
  vocabulary: Vocabulary,
  lookups: Lookups,
): Promise<Completed> {
  const current = words.at(-1) ?? "";
  const line = readWords(words.slice(0, -1), vocabulary);
  const offered = await offer(current, line, vocabulary, lookups);
  if (offered === "files") return { kind: "files" };
  return { kind: "words", words: offered.filter((word) => word.startsWith(current)) };
}

type Offered = readonly string[] | "files";

async function offer(
  current: string,
  line: WordsSoFar,
  vocabulary: Vocabulary,
  lookups: Lookups,
): Promise<Offered> {
  const { verb, positionals, open } = line;
  const lookUp = (kind: ArgumentKind, text = current) =>
    wordsOfKind(kind, text, vocabulary, lookups);
  if (open !== null) return await lookUp(open.value ?? "text");
  const options = [...(verb?.options ?? []), ...vocabulary.options];
  if (current.startsWith("-") && !line.areOptionsOver) {
    const [flag = "", value] = current.split("=", 2);
    if (value === undefined) return optionNames(current, line, options, vocabulary);
    const option = options.find(({ flags }) => namesOf(flags).includes(flag));
    const values = await lookUp(option?.value ?? "text", value);
    return values === "files" ? values : values.map((word) => `${flag}=${word}`);
  }
  if (verb === undefined) return positionals.length === 0 ? await lookUp("verb") : [];
  const spec = argumentAt(verb.arguments, positionals.length);
  if (spec === undefined) return [];
  const offered = spec.words ?? await lookUp(spec.kind);
  if (offered === "files" || !spec.variadic) return offered;
  return offered.filter((word) => !positionals.includes(word));
}

/** The long ones; a short one only when it is typed, to finish it. */
function optionNames(
  current: string,
  { verb, positionals }: WordsSoFar,
  options: readonly OptionSpec[],
  { flags }: Vocabulary,
): string[] {
  if (verb === undefined && positionals.length > 0) return [];
  const all = [...options.flatMap(({ flags }) => namesOf(flags)), "--help"];
  if (verb === undefined) all.push(...flags);
  return [...new Set(all)].filter((name) => name.startsWith("--") || name === current);
}

/** "-n, --lines <count>" → "-n", "--lines" */
function namesOf(flags: string): string[] {
  return flags.match(/(?<![\w-])--?[\w-]+/g) ?? [];
}

function argumentAt(specs: readonly ArgumentSpec[], index: number): ArgumentSpec | undefined {
  const last = specs.at(-1);
  return specs[index] ?? (last?.variadic ? last : undefined);
}

async function wordsOfKind(
  kind: ArgumentKind,
  current: string,
  vocabulary: Vocabulary,
  lookups: Lookups,
): Promise<Offered> {
  switch (kind) {
    case "selector":
      return selectors(current, await lookups.processes());
    case "signal":
      return current.toUpperCase().startsWith("SIG")
        ? SIGNAL_NAMES.map((name) => `SIG${name}`)
        : SIGNAL_NAMES;
    case "stream":
      return ["stdout", "stderr"];
    case "level":
      return RECORD_LEVELS;
    case "file":
      return "files";
    case "instance":
      return await lookups.instances();
    case "shell":
      return SHELLS;
    case "verb":
      return vocabulary.verbs.map(({ name }) => name);
    case "word":
    case "text":
      return [];
  }
}

/** Programs first; the processes of one only when its name is already typed, so lists stay short. */
function selectors(
  current: string,
  processes: readonly Pick<ProcessSnapshot, "name" | "program">[],
): string[] {
  const programs = [...new Set(processes.map(({ program }) => program))];
  const typed = current.includes(":") ? current.slice(0, current.indexOf(":")) : current;
  const members = processes
    .filter(({ program, name }) => program === typed && name !== program)
    .map(({ name }) => name);
  return [...programs, ...(programs.length > 1 ? ["all"] : []), ...members];
}
