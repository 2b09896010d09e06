/** What programs write is neither lost nor repeated when taskmaster is killed. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { differenceFrom, logFiles, loggedBytes } from "../support/log_files.ts";
import { isAlive } from "../support/proc.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { crash, startAgain } from "../support/taskmaster_crash.ts";

const ROUNDS = 4;
const NUMBERS = "seq 1 12000000"; // about 100 MB
const ROUND_BYTES = 18_000_000;
const LIMIT_MS = 60_000;

Deno.test("numbers written at full speed through four kill -9 are all there, once, in order", () =>
  countThroughCrashes("stdout_maxbytes: 0"));

Deno.test("the same when the log is rotated all the while", () =>
  countThroughCrashes("stdout_maxbytes: 1MB, stdout_backups: 200"));

async function countThroughCrashes(settings: string): Promise<void> {
  const programs = `count: {cmd: ${NUMBERS}, starttime: 0, autorestart: never, ${settings}}`;
  await using tm = await startTaskmaster({ programs });
  const log = `${tm.place.directory}/log/count-0.stdout.log`;
  const { pid } = await tm.next("count", "started");
  let wanted = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await using now = round === 0 ? undefined : await startAgain(tm);
    wanted += ROUND_BYTES + Math.random() * 3_000_000;
    await tm.until(() => (loggedBytes(log) ?? 0) >= wanted, LIMIT_MS);
    await crash(now ?? tm);
    assert.ok(isAlive(pid), `it was done before round ${round + 1}`);
  }
  await using last = await startAgain(tm);
  await last.next("count", "exited", { limitMs: LIMIT_MS });
  await last.end();
  assert.equal(await differenceFrom(NUMBERS, log), "");
  assert.equal(logFiles(log).length > 1, !settings.includes(": 0"));
  const lost = last.log.filter(({ kind }) => kind === "output_lost");
  assert.deepEqual(lost, []);
}

Deno.test("what ends while taskmaster is dead is treated by its rules, its last words kept", async () => {
  const waits = shell(
    'echo first; while [ ! -e "$GO" ]; do sleep 0.05; done; seq 1 1000; echo last >&2; exit 3',
  );
  const place = "env: {GO: out/go}, starttime: 0, workingdir: .";
  await using tm = await startTaskmaster({
    programs: `
      rests: {cmd: ${waits}, ${place}, autorestart: never}
      again: {cmd: ${waits}, ${place}, autorestart: unexpected}
    `,
  });
  const names = ["rests", "again"];
  const pids: number[] = [];
  for (const name of names) {
    await tm.until(() => tm.output(name) === "first\n");
    pids.push((await tm.next(name, "running")).pid);
  }
  await crash(tm);
  await Deno.writeTextFile(`${tm.place.out}/go`, "");
  await tm.until(() => !pids.some(isAlive));
  await Deno.remove(`${tm.place.out}/go`);
  assert.equal(tm.output("rests"), "first\n");
  await using next = await startAgain(tm);
  for (const [index, name] of names.entries()) {
    const exited = await next.next(name, "exited");
    assert.equal(exited.pid, pids[index]);
    assert.equal(exited.expected, false);
    // Nobody was there to see it, unless it is still a zombie at the next start.
    if (exited.exit.kind !== "unknown") assert.deepEqual(exited.exit, { kind: "code", code: 3 });
  }
  await next.next("again", "started");
  const numbers = Array.from({ length: 1000 }, (_, index) => `${index + 1}\n`).join("");
  await next.until(() => next.output("again") === `first\n${numbers}first\n`);
  assert.equal(next.output("rests"), `first\n${numbers}`);
  const errors = `${tm.place.directory}/log/rests-0.stderr.log`;
  assert.equal(await Deno.readTextFile(errors), "last\n");
  assert.ok(!next.kindsOf("rests").includes("started"));
  await next.end();
});
