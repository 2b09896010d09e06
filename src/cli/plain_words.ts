/** Command lines without any option, which is most of them: nothing has to be parsed. */
import type { Command, Invocation } from "../commands/command.ts";
import { loadCommand } from "../commands/load_command.ts";

export interface PlainCommand {
  readonly command: Command;
  readonly invocation: Invocation;
}

/** null when there is anything to parse or to complain about. */
export async function plainCommand(words: readonly string[]): Promise<PlainCommand | null> {
  const [verb, ...args] = words;
  if (verb === undefined || words.some((word) => word.startsWith("-"))) return null;
  const command = await loadCommand(verb);
  if (command === undefined) return null;
  const specs = command.arguments;
  const least = specs.filter(({ required }) => required).length;
  const most = specs.some(({ variadic }) => variadic) ? Infinity : specs.length;
  if (args.length < least || args.length > most) return null;
  return { command, invocation: { args, options: {} } };
}
