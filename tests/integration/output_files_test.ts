/** Log files that are moved, deleted or resized under a program that goes on writing. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { differenceFrom, logFiles } from "../support/log_files.ts";
import { isAlive } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { readIfThere } from "../support/taskmaster_log.ts";

const COUNTS = shell("i=0; while :; do i=$((i+1)); echo $i; sleep 0.005; done");

function start(settings = ""): Promise<Taskmaster> {
  return startTaskmaster({ programs: `count: {cmd: ${COUNTS}, starttime: 0${settings}}` });
}

/** The last whole number in a file; 0 while there is none. */
function lastNumber(path: string): number {
  return Number(readIfThere(path).split("\n").at(-2) ?? 0);
}

/** Resolves when the file has something that was not in it. */
async function grows(tm: Taskmaster, path: string): Promise<void> {
  const before = lastNumber(path);
  await tm.until(() => lastNumber(path) > before);
}

Deno.test("a log that was moved away is followed by a new one on SIGUSR2, without a gap", async () => {
  await using tm = await start();
  const { pid } = await tm.next("count", "running");
  const log = `${tm.place.directory}/log/count-0.stdout.log`;
  await grows(tm, log);
  await Deno.rename(log, `${log}.1`);
  tm.signal("SIGUSR2");
  await grows(tm, log);
  assert.ok(isAlive(pid));
  await tm.end();
  assert.equal(await differenceFrom(`seq 1 ${lastNumber(log)}`, log), "");
  assert.deepEqual(tm.kindsOf("count").slice(0, 3), ["started", "running", "stopping"]);
});

Deno.test("a log that was deleted is made again by itself", async () => {
  await using tm = await start();
  const { pid } = await tm.next("count", "running");
  const log = `${tm.place.directory}/log/count-0.stdout.log`;
  await grows(tm, log);
  await Deno.remove(log);
  await grows(tm, log);
  assert.ok(isAlive(pid));
  await tm.end();
});

Deno.test("a log directory that was removed is made again by itself", async () => {
  await using tm = await start(", stdout: out/logs/count.log");
  const { pid } = await tm.next("count", "running");
  const directory = `${tm.place.out}/logs`;
  await grows(tm, `${directory}/count.log`);
  await Deno.remove(directory, { recursive: true });
  await grows(tm, `${directory}/count.log`);
  assert.ok(isAlive(pid));
  await tm.end();
});

Deno.test("a new stdout_maxbytes is used from the reload on, and the process is left alone", async () => {
  await using tm = await start();
  const { pid } = await tm.next("count", "running");
  const log = `${tm.place.directory}/log/count-0.stdout.log`;
  await grows(tm, log);
  assert.equal(logFiles(log).length, 1);
  const settings = "starttime: 0, stdout_maxbytes: 500, stdout_backups: 1000";
  await tm.rewriteConfig(`count: {cmd: ${COUNTS}, ${settings}}`);
  tm.signal("SIGHUP");
  await tm.next(null, "reloaded");
  await tm.until(() => logFiles(log).length > 3);
  assert.ok(isAlive(pid));
  await tm.end();
  const [, ...later] = logFiles(log);
  for (const path of later) assert.ok((await Deno.stat(path)).size <= 500, path);
  assert.equal(await differenceFrom(`seq 1 ${lastNumber(log)}`, log), "");
  assert.deepEqual(tm.kindsOf("count").slice(0, 3), ["started", "running", "stopping"]);
});

Deno.test("no more rotated files are kept than stdout_backups says", async () => {
  await using tm = await start(", stdout_maxbytes: 200, stdout_backups: 2");
  const log = `${tm.place.directory}/log/count-0.stdout.log`;
  await tm.until(() => lastNumber(log) > 300);
  await tm.end();
  const files = logFiles(log);
  assert.equal(files.length, 3);
  const numbers = files.flatMap((path) => readIfThere(path).split("\n").slice(0, -1)).map(Number);
  assert.deepEqual(numbers, numbers.map((_, index) => numbers[0]! + index));
});
