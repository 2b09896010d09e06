/** Running a program of our own to its end, for what it says. */

import { claimChild } from "./reaper.ts";

export interface RunOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Beside our own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** It is killed when it takes longer. */
  readonly limitMs: number;
}

/** Throws the runtime's error when it cannot be started. */
export async function runToEnd(
  executable: string,
  { args, cwd, env, limitMs }: RunOptions,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const signal = AbortSignal.timeout(limitMs);
  const command = new Deno.Command(executable, {
    ...{ args: [...args], cwd, env, signal },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const output = child.output().finally(claimChild(child.pid));
  const { code, stdout, stderr } = await output;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, stdout: text(stdout) + "\n", stderr: text(stderr) };
}
