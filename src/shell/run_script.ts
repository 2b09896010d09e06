/** The control shell without a person: verbs from a pipe or a file, a line each. */
import { split } from "shlex";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { parseVerb, type RunVerb } from "../commands/verb_parser.ts";

export interface Script {
  readonly lines: AsyncIterable<string>;
  readonly runVerb: RunVerb;
  /** Asked after each line: whether the rest is not to be run. */
  readonly isOver: () => boolean;
}

/**
 * As `sh` reads a script: a line that fails does not keep the next from being run, and `#` begins a
 * comment. Resolves with the exit code of the last line that failed. Rejects as `runVerb` does.
 */
export async function runScript(script: Script, output: Output): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  for await (const line of script.lines) {
    const code = await runLine(line, script.runVerb, output);
    if (code !== EXIT.done) exitCode = code;
    if (script.isOver()) break;
  }
  return exitCode;
}

function runLine(line: string, runVerb: RunVerb, output: Output): Promise<ExitCode> {
  if (/^\s*(#|$)/.test(line)) return Promise.resolve(EXIT.done);
  let words: string[];
  try {
    words = split(line);
  } catch {
    output.writeError("taskmaster: a quote is not closed\n");
    return Promise.resolve(EXIT.usage);
  }
  return parseVerb(words, runVerb, output);
}
