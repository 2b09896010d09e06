/** Programs that write as fast as they can. */
import assert from "node:assert/strict";
import { isAlive, residentKib } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { prompt, type } from "../support/taskmaster_shell.ts";

const ROUNDS = 10;
const ROUND_MS = 200;
const ANSWER_LIMIT_MS = 2000;
const GROWTH_LIMIT_KIB = 20 * 1024;

/** Writes for ever without filling the memory that the file lies in. */
const YES_IN_TURNS = `[sh, -c, 'while :; do yes | head -c 8000000; : >"$FILE"; done']`;

Deno.test("yes into nowhere: the shell answers, stop works, memory does not grow", () =>
  flood("cmd: yes, stdout: discard"));

Deno.test("yes into a file: the shell answers, stop works, memory does not grow", async () => {
  // In memory, where writing costs nothing.
  const file = `/dev/shm/taskmaster_test_${crypto.randomUUID()}`;
  try {
    await flood(`cmd: ${YES_IN_TURNS}, stdout: ${file}, env: {FILE: ${file}}`);
  } finally {
    await Deno.remove(file);
  }
});

async function flood(settings: string): Promise<void> {
  await using tm = await startTaskmaster({
    programs: `flood: {${settings}, starttime: 0}`,
    stdin: "pty",
  });
  const { pid } = await tm.next("flood", "running");
  await askForPid(tm, pid); // the first command needs memory once
  const before = residentKib(tm.pid);
  for (let round = 0; round < ROUNDS; round++) {
    const end = performance.now() + ROUND_MS;
    const answerMs = await askForPid(tm, pid);
    assert.ok(answerMs < ANSWER_LIMIT_MS, `${answerMs} ms`);
    // Not more commands than a person types, or they are what needs the memory.
    await tm.until(() => performance.now() > end);
  }
  assert.ok(isAlive(pid));
  await type(tm, "stop flood");
  await tm.next("flood", "stopped");
  assert.equal(isAlive(pid), false);
  const grownKib = residentKib(tm.pid) - before;
  assert.ok(grownKib < GROWTH_LIMIT_KIB, `${grownKib} KiB`);
  await tm.end();
}

/** How long the shell took to answer, in milliseconds. */
async function askForPid(tm: Taskmaster, pid: number): Promise<number> {
  await prompt(tm);
  const [asked, seen] = [performance.now(), tm.pty.raw.length];
  tm.pty.write("pid flood\r");
  await tm.pty.waitFor(({ raw }) => raw.slice(seen).includes(`\n${pid}\r\n`));
  return performance.now() - asked;
}
