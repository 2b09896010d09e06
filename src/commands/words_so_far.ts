/** The words before the cursor, read without complaint: the line is not finished yet. */
import type { OptionSpec, VerbSpec } from "./command.ts";

export interface KnownWords {
  readonly verbs: readonly VerbSpec[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly options: readonly OptionSpec[];
}

export interface WordsSoFar {
  /** undefined: none yet, or one that nobody knows, which is then the first of `positionals`. */
  readonly verb: VerbSpec | undefined;
  readonly positionals: readonly string[];
  /** Values by the long name of their option, without dashes. */
  readonly values: Readonly<Record<string, string>>;
  /** The option whose value comes next. */
  readonly open: OptionSpec | null;
  /** After "--". */
  readonly areOptionsOver: boolean;
}

export function readWords(words: readonly string[], known: KnownWords): WordsSoFar {
  let verb: VerbSpec | undefined;
  let open: OptionSpec | null = null;
  let areOptionsOver = false;
  const positionals: string[] = [];
  const values: Record<string, string> = {};
  for (const word of words) {
    if (open !== null) {
      values[longName(open)] = word;
      open = null;
    } else if (areOptionsOver || !word.startsWith("-")) {
      const isFirst = verb === undefined && positionals.length === 0;
      if (isFirst) verb = known.verbs.find(({ name }) => name === (known.aliases[word] ?? word));
      if (!isFirst || verb === undefined) positionals.push(word);
    } else if (word === "--") {
      areOptionsOver = true;
    } else {
      const { option, value } = readOption(word, [...(verb?.options ?? []), ...known.options]);
      if (option === undefined || !takesValue(option)) continue;
      if (value === null) open = option;
      else values[longName(option)] = value;
    }
  }
  return { verb, positionals, values, open, areOptionsOver };
}

/** "--name=web" and "-cFILE" hold their value; it is null where it stands in the next word. */
function readOption(
  word: string,
  options: readonly OptionSpec[],
): { readonly option: OptionSpec | undefined; readonly value: string | null } {
  const isLong = word.startsWith("--");
  const end = isLong ? word.indexOf("=") : 2;
  const flag = end < 0 ? word : word.slice(0, end);
  const option = options.find(({ flags }) => flags.split(/[ ,]+/).includes(flag));
  const isWhole = flag.length === word.length;
  return { option, value: isWhole ? null : word.slice(isLong ? end + 1 : end) };
}

function takesValue({ flags }: OptionSpec): boolean {
  return flags.includes("<");
}

function longName({ flags }: OptionSpec): string {
  return /--([\w-]+)/.exec(flags)?.[1] ?? flags;
}
