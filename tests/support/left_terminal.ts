/** How a program leaves its terminal. */
import assert from "node:assert/strict";
import type { Pty } from "./pty.ts";

/** Runs the command, and then says with what code it ended and what the terminal is like. */
export function reportingTerminal(words: readonly string[]): string[] {
  const script = '"$@"; echo "code $?"; echo "after: $(stty -a | tr "\\n" " ")"';
  return ["/bin/sh", "-c", `trap : INT QUIT; ${script}`, "sh", ...words];
}

/** Resolves when the command has ended. */
export async function assertRestored(pty: Pty): Promise<void> {
  await pty.waitFor(({ raw }) => /after: [^\n]*\n/.test(raw));
  await pty.status;
  const [, modes = ""] = /after: ([^\n]*)/.exec(pty.raw) ?? [];
  for (const mode of ["icanon", "isig", "echo", "opost", "onlcr", "icrnl"]) {
    assert.ok(modes.split(/[ ;]+/).includes(mode), `${mode} in ${modes}`);
  }
}
