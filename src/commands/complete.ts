/** What could stand at the end of a line: serves Tab in the shell and the completion scripts. */
import { RECORD_LEVELS } from "../core/record.ts";
import { SIGNAL_NAMES } from "../core/signal.ts";
import type { ProcessSnapshot } from "../core/snapshot.ts";
import type { ArgumentKind, ArgumentSpec, Command } from "./command.ts";
import { ALIASES, COMMANDS } from "./table.ts";

/**
 * `words` are the words before the cursor, the last one being completed (perhaps ""). The answer
 * holds whole words that begin with it.
 */
export function completeWords(
  words: readonly string[],
  processes: readonly ProcessSnapshot[],
): string[] {
  const current = words.at(-1) ?? "";
  return candidatesFor(words, processes).filter((word) => word.startsWith(current));
}

function candidatesFor(
  words: readonly string[],
  processes: readonly ProcessSnapshot[],
): readonly string[] {
  const verbs = [...COMMANDS.map(({ name }) => name), "help"];
  const [verb = "", ...rest] = words;
  if (rest.length === 0) return verbs;
  if (verb === "help") return rest.length === 1 ? verbs : [];
  const command = COMMANDS.find(({ name }) => name === (ALIASES[verb] ?? verb));
  if (command === undefined) return [];
  const current = rest.at(-1) ?? "";
  if (current.startsWith("-")) return optionNames(command);
  const before = rest.slice(0, -1).filter((word) => !word.startsWith("-"));
  const spec = argumentAt(command.arguments, before.length);
  if (spec === undefined) return [];
  const offered = wordsOfKind(spec.kind, current, processes);
  return spec.variadic ? offered.filter((word) => !before.includes(word)) : offered;
}

function optionNames(command: Command): string[] {
  const flags = (command.options ?? []).flatMap(({ flags }) => flags.match(/--[\w-]+/g) ?? []);
  return [...flags, "--help"];
}

function argumentAt(specs: readonly ArgumentSpec[], index: number): ArgumentSpec | undefined {
  const last = specs.at(-1);
  return specs[index] ?? (last?.variadic ? last : undefined);
}

function wordsOfKind(
  kind: ArgumentKind,
  current: string,
  processes: readonly ProcessSnapshot[],
): string[] {
  switch (kind) {
    case "selector":
      return selectors(current, processes);
    case "signal":
      return current.toUpperCase().startsWith("SIG")
        ? SIGNAL_NAMES.map((name) => `SIG${name}`)
        : [...SIGNAL_NAMES];
    case "stream":
      return ["stdout", "stderr"];
    case "level":
      return [...RECORD_LEVELS, "off"];
    case "text":
      return [];
  }
}

/** Programs first; the processes of one only when its name is already typed, so lists stay short. */
function selectors(current: string, processes: readonly ProcessSnapshot[]): string[] {
  const programs = [...new Set(processes.map(({ program }) => program))];
  const typed = current.includes(":") ? current.slice(0, current.indexOf(":")) : current;
  const members = processes
    .filter(({ program, name }) => program === typed && name !== program)
    .map(({ name }) => name);
  return [...programs, ...(programs.length > 1 ? ["all"] : []), ...members];
}
