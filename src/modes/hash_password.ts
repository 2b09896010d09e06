/** `taskmaster hash-password`: the hash of a password, for `password_hash` in the configuration. */
import { err, ok, type Result } from "../base/result.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { hashPassword as hashOf } from "../control/password.ts";
import { readFirstLine } from "../sys/files/first_line.ts";
import { SecretPrompt } from "../sys/terminal/secret_prompt.ts";

/** More would not fit into a request. */
const LONGEST_BYTES = 1024;

/** What there is instead of a password: nobody who waits for one, or a sentence why not. */
type Refusal = { readonly kind: "interrupted" } | {
  readonly kind: "unusable";
  readonly why: string;
};

/** Asks twice on a terminal; else the password is the first line of standard input. */
export async function hashPassword(output: Output): Promise<ExitCode> {
  const prompt = SecretPrompt.open();
  const password = prompt === null ? await readPiped() : await askTwice(prompt, output);
  if (password.ok) {
    output.write(`${await hashOf(password.value)}\n`);
    return EXIT.done;
  }
  if (password.error.kind === "interrupted") return EXIT.interrupted;
  output.writeError(`taskmaster: ${password.error.why}\n`);
  return EXIT.failed;
}

async function askTwice(prompt: SecretPrompt, output: Output): Promise<Result<string, Refusal>> {
  try {
    const first = await ask("Password: ", prompt, output);
    if (!first.ok) return first;
    const second = await ask("The same again: ", prompt, output);
    if (!second.ok || second.value === first.value) return second;
    return unusable("the two passwords differ");
  } finally {
    prompt.close();
  }
}

async function ask(
  text: string,
  prompt: SecretPrompt,
  output: Output,
): Promise<Result<string, Refusal>> {
  const answer = await prompt.ask(() => output.writeError(text));
  // The one that was typed did not show.
  output.writeError("\n");
  if (answer.kind === "line") return usable(answer.bytes);
  return answer.kind === "end" ? unusable("no password was given") : err(answer);
}

async function readPiped(): Promise<Result<string, Refusal>> {
  const line = await readFirstLine(LONGEST_BYTES + 1);
  if (line === null) return unusable(`the password is longer than ${LONGEST_BYTES} bytes`);
  return usable(line.at(-1) === 0x0d ? line.subarray(0, -1) : line);
}

function unusable(why: string) {
  return err({ kind: "unusable", why } as const);
}

function usable(bytes: Uint8Array): Result<string, Refusal> {
  if (bytes.length === 0) return unusable("the password is empty");
  if (bytes.length > LONGEST_BYTES) {
    return unusable(`the password is longer than ${LONGEST_BYTES} bytes`);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    // deno-lint-ignore no-control-regex
    if (!/[\x00-\x1f\x7f]/.test(text)) return ok(text);
    return unusable("the password contains a control character, which browsers cannot send");
  } catch {
    return unusable("the password is not UTF-8 text");
  }
}
