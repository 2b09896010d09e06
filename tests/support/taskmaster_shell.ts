/** A control shell on a terminal, used as a person would. */
import type { Pty } from "./pty.ts";

/** A taskmaster that was started with stdin: "pty", or the shell of one that runs elsewhere. */
export interface OnTerminal {
  readonly pty: Pty;
}

export const PROMPT = "taskmaster>";

export const KEYS = {
  ctrlC: "\x03",
  ctrlD: "\x04",
  ctrlU: "\x15",
  ctrlZ: "\x1a",
  tab: "\t",
  enter: "\r",
  up: "\x1b[A",
} as const;

/** Waits until the line is empty. */
export async function prompt({ pty }: OnTerminal): Promise<void> {
  await pty.waitFor(/(^|\n)taskmaster>$/);
}

/** Types a line and does not wait for what comes of it. */
export async function type(tm: OnTerminal, line: string): Promise<void> {
  await prompt(tm);
  tm.pty.write(`${line}\r`);
}

/**
 * Types a line and gives what stands between it and the next prompt, events included. The terminal
 * must be wide enough for every line.
 */
export async function ask(tm: OnTerminal, line: string): Promise<string> {
  const answers = (text: string): string[] => text.split(`${PROMPT} ${line}\n`).slice(1);
  await prompt(tm);
  const before = answers(tm.pty.screen().fullText()).length;
  tm.pty.write(`${line}\r`);
  let answer = "";
  await tm.pty.waitFor(({ screen }) => {
    const all = answers(screen.fullText());
    answer = all.at(-1) ?? "";
    return all.length > before && /(^|\n)taskmaster>$/.test(answer);
  });
  return answer.slice(0, -PROMPT.length);
}
