/** Who is taken for what holds a terminal. */
import assert from "node:assert/strict";
import { closePidfd } from "../../../src/sys/process/pidfd.ts";
import { findHolders } from "../../../src/sys/tty/terminal_holder.ts";
import { NOBODY, testAsRoot } from "../../support/taskmaster_place.ts";

const TOKEN = "/nowhere/state web.0.stdout 1";
const WORDS = ["taskmaster-terminal-holder", "/nowhere/keys", "/nowhere/output", "/nowhere/pts"];

/** The pids that are found while a process looks like a holder. */
async function found(before: readonly string[]): Promise<{ made: number; pids: number[] }> {
  const [program = "", ...args] = [...before, "sh", "-c", "echo ready; read x", ...WORDS];
  const options = { env: { TASKMASTER_TERMINAL: TOKEN }, detached: true } as const;
  const child = new Deno.Command(program, { args, ...options, stdin: "piped", stdout: "piped" })
    .spawn();
  const reader = child.stdout.getReader();
  try {
    await reader.read();
    const holders = findHolders("/nowhere/state ");
    for (const { pidfd } of holders) closePidfd(pidfd);
    return { made: child.pid, pids: holders.map(({ pid }) => pid) };
  } finally {
    await child.stdin.close();
    await reader.cancel();
    await child.status;
  }
}

Deno.test("findHolders() finds what has the token and the name of a holder", async () => {
  const { made, pids } = await found([]);
  assert.deepEqual(pids, [made]);
});

testAsRoot(
  "findHolders() finds nothing of another user's, who would name the files that are opened",
  async () => {
    const ids = [`--reuid=${NOBODY.uid}`, `--regid=${NOBODY.gid}`];
    const { pids } = await found(["setpriv", ...ids, "--clear-groups"]);
    assert.deepEqual(pids, []);
  },
);
