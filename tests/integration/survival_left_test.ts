/** `shutdown --leave-running`: an end of taskmaster alone, on purpose. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { isAlive } from "../support/proc.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { crash, liveChildren, startAgain } from "../support/taskmaster_crash.ts";
import { type } from "../support/taskmaster_shell.ts";

Deno.test("shutdown --leave-running leaves the programs to the next start", async () => {
  const counts = shell("i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done");
  await using tm = await startTaskmaster({
    programs: `
      count: {cmd: ${counts}, starttime: 0}
      web: {cmd: sleep 1000, starttime: 0, numprocs: 3}
    `,
    stdin: "pty",
  });
  const names = ["count", "web:0", "web:1", "web:2"];
  const pids: number[] = [];
  for (const name of names) pids.push((await tm.next(name, "running")).pid);
  await tm.until(() => tm.output("count").length > 50);
  await type(tm, "shutdown --leave-running");
  assert.equal(await tm.ended(), 0);
  assert.ok(pids.every(isAlive));
  assert.equal(tm.log.at(-1)?.kind, "supervisor_left");
  assert.deepEqual(names.map((name) => liveChildren(tm.place).get(name)), pids.map((pid) => [pid]));
  await using next = await startAgain(tm);
  for (const [index, name] of names.entries()) {
    assert.equal((await next.next(name, "adopted")).pid, pids[index]);
  }
  const counted = next.output("count").length;
  await next.until(() => next.output("count").length > counted + 50);
  assert.ok(next.log.every(({ kind }) => kind !== "started"));
  await next.end();
  const lines = next.output("count").trimEnd().split("\n");
  assert.deepEqual(lines, lines.map((_, index) => String(index + 1)));
});

Deno.test("what a stopped program has left behind is still written to its log after a crash", async () => {
  const leaves = shell(
    "(i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done) & exec sleep 1000",
  );
  await using tm = await startTaskmaster({
    programs: `web: {cmd: ${leaves}, starttime: 0, stopasgroup: false, killasgroup: false}`,
  });
  await tm.next("web", "running");
  await tm.until(() => tm.output("web").length > 50);
  assert.equal((await tm.client("stop", "web")).code, 0);
  await tm.next("web", "group_left");
  await crash(tm);
  await using next = await startAgain(tm);
  await next.next(null, "supervisor_started");
  const before = next.output("web").length;
  await next.until(() => next.output("web").length > before + 50);
  const lines = next.output("web").split("\n").slice(0, -1);
  assert.deepEqual(lines, lines.map((_, index) => String(index + 1)));
});
