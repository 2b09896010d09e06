/** Running a program of our own to its end, for what it says. */
import { closePidfd, openPidfd, signalGroup } from "./pidfd.ts";
import { claimChild } from "./reaper.ts";
import { within } from "../within.ts";

const SIGKILL = 9;

export interface RunOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Beside our own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** It is killed, with its process group, when it takes longer. */
  readonly limitMs: number;
}

/**
 * Throws the runtime's error when it cannot be started, and an Error when it took too long: then all
 * that it has started is killed too, as far as it
 * stayed in its process group.
 */
export async function runToEnd(
  executable: string,
  { args, cwd, env, limitMs }: RunOptions,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const child = new Deno.Command(executable, {
    ...{ args: [...args], cwd, env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  const output = child.output().finally(claimChild(child.pid));
  const group = { pgid: child.pid, leaderPidfd: openPidfd(child.pid) ?? null };
  try {
    if (!await within(limitMs, output)) {
      signalGroup(group, SIGKILL);
      // Whoever has left the session may hold the pipes for ever.
      output.catch(() => {});
      throw new Error(`it has not ended within ${limitMs / 1000} s`);
    }
    const { code, stdout, stderr } = await output;
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { code, stdout: text(stdout) + "\n", stderr: text(stderr) };
  } finally {
    if (group.leaderPidfd !== null) closePidfd(group.leaderPidfd);
  }
}
