/** `taskmaster shell` as the end of a pipe. */
import assert from "node:assert/strict";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { type Ran, runTaskmaster } from "../support/taskmaster_run.ts";

function pipe(tm: Taskmaster, stdin: string): Promise<Ran> {
  const { socket, env } = tm.place;
  return runTaskmaster(["--socket", socket, "shell"], { env, stdin });
}

const PROGRAMS = `
  job: {cmd: sleep 1000, starttime: 0, autostart: false}
  web: {cmd: sleep 1000, starttime: 0}
`;

Deno.test("a shell at the end of a pipe runs every line, the last one too", async () => {
  await using tm = await startTaskmaster({ programs: PROGRAMS });
  const { pid } = await tm.next("web", "started");
  const ran = await pipe(tm, "pid web\n\n  # a comment\nstart job\npid web");
  const { pid: job } = await tm.next("job", "started");
  assert.deepEqual(ran, {
    code: 0,
    stdout: `${pid}\njob: started (pid ${job})\n${pid}\n`,
    stderr: "",
  });
});

Deno.test("a shell at the end of a pipe goes on after a mistake, and its exit code tells", async () => {
  await using tm = await startTaskmaster({ programs: PROGRAMS });
  const { pid } = await tm.next("web", "started");
  const ran = await pipe(tm, 'pid nope\nstatsu\npid "web\npid web\nquit\npid web\n');
  assert.equal(ran.code, 2);
  assert.equal(ran.stdout, `${pid}\n`);
  const [nope, typo, ...rest] = ran.stderr.split("\n");
  assert.match(nope!, /^nope: ERROR \(no such process/);
  assert.match(`${typo} ${rest[0]}`, /"?statsu"?.*did you mean "?status/i);
  assert.ok(rest.includes("taskmaster: a quote is not closed"), ran.stderr);
  assert.equal((await tm.client("status", "web")).code, 0, "quit leaves taskmaster alone");
});

Deno.test("a shell at the end of a pipe shuts down without asking, and is over then", async () => {
  await using tm = await startTaskmaster({ programs: PROGRAMS });
  await tm.next("web", "started");
  const ran = await pipe(tm, "shutdown\npid web\n");
  assert.equal(await tm.ended(), 0);
  assert.deepEqual([ran.code, ran.stderr], [0, ""]);
});
