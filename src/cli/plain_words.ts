/** Command lines that nobody can misread, which is most of them: no parser has to be loaded. */
import type { Command, Invocation } from "../commands/command.ts";
import { loadCommand } from "../commands/load_command.ts";
import type { TargetOptions } from "./arguments.ts";

export interface PlainCommand {
  readonly command: Command;
  readonly invocation: Invocation;
  readonly target: TargetOptions;
}

/** Each with its value in the next word. */
const TARGET_FLAGS: Readonly<Record<string, keyof TargetOptions>> = {
  "-c": "config",
  "--config": "config",
  "--name": "name",
  "--socket": "socket",
};

/** null when there is anything to explain or to complain about. */
export async function plainCommand(words: readonly string[]): Promise<PlainCommand | null> {
  const sorted = sortWords(words);
  if (sorted === null) return null;
  const { target, flags, plain: [verb = "", ...args] } = sorted;
  if (Object.values(target).filter((value) => value !== undefined).length > 1) return null;
  const command = await loadCommand(verb);
  if (command === undefined) return null;
  const specs = command.arguments;
  const least = specs.filter(({ required }) => required).length;
  const most = specs.some(({ variadic }) => variadic) ? Infinity : specs.length;
  if (args.length < least || args.length > most) return null;
  const options: Record<string, true> = {};
  for (const flag of flags) {
    // A single word without a value; what begins with "no-" is the opposite of another.
    const isKnown = command.options?.some(({ flags }) => flags.split(", ").includes(`--${flag}`));
    if (!isKnown || !/^(?!no-)[a-z]+$/.test(flag)) return null;
    options[flag] = true;
  }
  return { command, invocation: { args, options }, target };
}

interface SortedWords {
  readonly target: TargetOptions;
  /** Without their dashes. */
  readonly flags: readonly string[];
  readonly plain: readonly string[];
}

function sortWords(words: readonly string[]): SortedWords | null {
  const target = { config: undefined, name: undefined, socket: undefined } as {
    -readonly [K in keyof TargetOptions]: string | undefined;
  };
  const flags: string[] = [];
  const plain: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (Object.hasOwn(TARGET_FLAGS, word)) {
      const value = words[++index];
      if (value === undefined || value.startsWith("-")) return null;
      target[TARGET_FLAGS[word]!] = value;
    } else if (word.startsWith("--") && plain.length > 0) flags.push(word.slice(2));
    else if (word.startsWith("-")) return null;
    else plain.push(word);
  }
  return { target, flags, plain };
}
