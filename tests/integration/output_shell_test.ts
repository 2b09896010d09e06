/** The output of programs as `tail` shows it, and a shell that a flood of output does not hold up. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { logFiles, loggedBytes } from "../support/log_files.ts";
import { isAlive, residentKib } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { readIfThere } from "../support/taskmaster_log.ts";
import { ask, KEYS, PROMPT, prompt, type } from "../support/taskmaster_shell.ts";

const COUNTS = shell("i=0; while :; do i=$((i+1)); echo line $i; sleep 0.005; done");

async function start(programs: string): Promise<Taskmaster> {
  const terminal = { rows: 50, cols: 200 };
  const tm = await startTaskmaster({ programs, stdin: "pty", terminal });
  await ask(tm, "log off");
  return tm;
}

function lines(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}\n`).join("");
}

/**
 * What is on the disk is known to taskmaster a turn of its event loop later; on a busy machine the keys
 * of a command may come in the same one.
 */
async function turn(tm: Parameters<typeof ask>[0]): Promise<void> {
  await ask(tm, "pid");
}

Deno.test("tail shows the end of the output, as many lines as asked, of either stream", async () => {
  const cmd = shell("seq 1 100; echo trouble >&2; printf unfinished; exec sleep 1000");
  await using tm = await start(`web: {cmd: ${cmd}, starttime: 0}`);
  await tm.until(() => tm.output("web").endsWith("unfinished"));
  const errors = `${tm.place.directory}/log/web-0.stderr.log`;
  await tm.until(() => readIfThere(errors) === "trouble\n");
  await turn(tm);
  assert.equal(await ask(tm, "tail web"), lines(82, 100) + "unfinished\n");
  assert.equal(await ask(tm, "tail -n 3 web"), lines(99, 100) + "unfinished\n");
  assert.equal(await ask(tm, "tail web stderr"), "trouble\n");
  assert.match(await ask(tm, "tail wbe"), /no such process; did you mean "web"\?/);
  assert.match(await ask(tm, "tail -n x web"), /--lines takes a whole number/);
  await tm.end();
});

Deno.test("tail looks into the rotated file when the log has just begun", async () => {
  const settings = "starttime: 0, stdout_maxbytes: 100, stdout_backups: 5";
  const cmd = shell("seq 1 100; exec sleep 1000");
  await using tm = await start(`web: {cmd: ${cmd}, ${settings}}`);
  await tm.until(() => tm.output("web").endsWith("\n100\n"));
  assert.ok(tm.output("web").split("\n").length < 40);
  await turn(tm);
  assert.equal(await ask(tm, "tail -n 40 web"), lines(61, 100));
  await tm.end();
});

Deno.test("tail -f goes on through rotation, and Ctrl-C ends nothing but the following", async () => {
  const settings = "starttime: 0, stdout_maxbytes: 300, stdout_backups: 50";
  await using tm = await start(`count: {cmd: ${COUNTS}, ${settings}}`);
  const { pid } = await tm.next("count", "running");
  const log = `${tm.place.directory}/log/count-0.stdout.log`;
  await tm.until(() => logFiles(log).length > 3);
  await type(tm, "tail -f -n 1 count");
  const shown = () => {
    const text = tm.pty.screen().fullText().split(`${PROMPT} tail -f -n 1 count\n`).at(-1)!;
    return text.split("\n");
  };
  // Some ten rotations.
  await tm.pty.waitFor(() => shown().length > 200);
  tm.pty.write("pid cou"); // typed ahead, and thrown away by Ctrl-C
  await tm.pty.waitFor(() => shown().length > 250);
  tm.pty.write(KEYS.ctrlC);
  await prompt(tm);
  const numbers = shown().flatMap((line) => /^line (\d+)$/.exec(line)?.[1] ?? []).map(Number);
  assert.ok(numbers.length > 200);
  assert.deepEqual(numbers, numbers.map((_, index) => numbers[0]! + index));
  assert.equal(await ask(tm, "pid count"), `${pid}\n`);
  assert.deepEqual(tm.childrenOf(), [pid]);
  const text = tm.output("count");
  await tm.until(() => tm.output("count") !== text);
  await tm.end();
});

Deno.test("a flood of output neither delays the shell nor grows taskmaster", async () => {
  const settings = "starttime: 0, stdout_maxbytes: 4MB, stdout_backups: 1";
  await using tm = await start(`
    flood: {cmd: "yes", ${settings}, numprocs: 2}
    calm: {cmd: sleep 1000, starttime: 0}
  `);
  const { pid } = await tm.next("flood:0", "running");
  const calm = await tm.next("calm", "running");
  const log = `${tm.place.directory}/log/flood-0.stdout.log`;
  await tm.until(() => logFiles(log).length === 2);
  await ask(tm, "status"); // the first command needs memory once
  const before = residentKib(tm.pid);
  const end = performance.now() + 3000;
  while (performance.now() < end) {
    const asked = performance.now();
    assert.equal(await ask(tm, "pid calm"), `${calm.pid}\n`);
    const tookMs = performance.now() - asked;
    assert.ok(tookMs < 2000, `${tookMs} ms`);
    assert.ok((loggedBytes(log) ?? 0) < 10_000_000);
    const next = performance.now() + 300;
    await tm.until(() => performance.now() > next);
  }
  assert.ok(isAlive(pid));
  const grownKib = residentKib(tm.pid) - before;
  assert.ok(grownKib < 30 * 1024, `${grownKib} KiB`);
  await ask(tm, "stop flood");
  assert.equal(isAlive(pid), false);
  await tm.end();
});
