/** The hidden verb behind the completion scripts: a line for each word that could come next. */
import type { TargetOptions } from "../cli/arguments.ts";
import { FILES } from "../cli/complete_protocol.ts";
import { COMMAND_LINE } from "../cli/own_verbs.ts";
import { completeWords, type Lookups } from "../commands/complete.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { readWords } from "../commands/words_so_far.ts";

/** Somebody waits with a finger on Tab: after this time there are only the words we know. */
const LIMIT_MS = 800;

/** Shells take these as they come, so nothing may be in them that a shell would interpret. */
const NEEDS_NO_QUOTES = /^[\w.:=-]+$/;

/** `words` come after `taskmaster`; the last one is being completed. Says nothing of trouble. */
export async function completeLine(words: readonly string[], output: Output): Promise<ExitCode> {
  const completed = await completeWords(words, COMMAND_LINE, lookupsFor(words));
  if (completed.kind === "files") output.write(`${FILES}\n`);
  else {
    const safe = completed.words.filter((word) => NEEDS_NO_QUOTES.test(word));
    output.write(safe.map((word) => `${word}\n`).join(""));
  }
  return EXIT.done;
}

function lookupsFor(words: readonly string[]): Lookups {
  const { config, name, socket } = readWords(words.slice(0, -1), COMMAND_LINE).values;
  return {
    processes: () => withinLimit(processesOf({ config, name, socket })),
    instances: () => withinLimit(runningNames()),
  };
}

/** Nothing instead of an error: there is no place to say it, between two keys. */
async function withinLimit<T>(lookup: Promise<readonly T[]>): Promise<readonly T[]> {
  const late = new Promise<readonly T[]>((resolve) => setTimeout(() => resolve([]), LIMIT_MS));
  return await Promise.race([lookup.catch(() => []), late]);
}

async function processesOf(target: TargetOptions) {
  const { findRunning } = await import("./find_running.ts");
  const { Connection } = await import("../control/client/connection.ts");
  const { RemoteController } = await import("../control/client/remote_controller.ts");
  const socket = await findRunning(target);
  if (!socket.ok) return [];
  const { processes } = await new RemoteController(new Connection(socket.value)).snapshot();
  return processes;
}

async function runningNames(): Promise<readonly string[]> {
  const { namesOfRunning } = await import("./find_running.ts");
  return await namesOfRunning();
}
