/** What has changed, in the file or among the processes, between a kill -9 and the next start. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { isAlive, processesOf, statOf } from "../support/proc.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { crash, liveChildren, startAgain } from "../support/taskmaster_crash.ts";

const SLEEP = "cmd: sleep 1000, starttime: 0";

Deno.test("what changed in the file while taskmaster was dead is applied at the next start", async () => {
  await using tm = await startTaskmaster({
    programs: `
      removed: {${SLEEP}}
      changed: {${SLEEP}, env: {ANSWER: 42}}
      same: {${SLEEP}}
      shrunk: {${SLEEP}, numprocs: 3}
    `,
  });
  const names = ["removed", "changed", "same", "shrunk:0", "shrunk:1", "shrunk:2"];
  const pids = new Map<string, number>();
  for (const name of names) pids.set(name, (await tm.next(name, "running")).pid);
  await crash(tm);
  await tm.rewriteConfig(`
    changed: {${SLEEP}, env: {ANSWER: 43}}
    same: {${SLEEP}}
    shrunk: {${SLEEP}, numprocs: 2}
    added: {${SLEEP}}
  `);
  await using next = await startAgain(tm);
  await next.waitFor([["changed", "adopted"], ["changed", "exited"], ["changed", "started"]]);
  await next.waitFor([["removed", "adopted"], ["removed", "stopped"]]);
  await next.next("shrunk:2", "stopped");
  const added = await next.next("added", "running");
  const changed = await next.next("changed", "running");
  for (const name of ["removed", "changed", "shrunk:2"]) {
    assert.equal(isAlive(pids.get(name)!), false, name);
  }
  // For a moment after its start a child cannot be told from others.
  await next.until(() => liveChildren(tm.place).size === 5);
  assert.deepEqual(Object.fromEntries(liveChildren(tm.place)), {
    added: [added.pid],
    changed: [changed.pid],
    same: [pids.get("same")!],
    "shrunk:0": [pids.get("shrunk:0")!],
    "shrunk:1": [pids.get("shrunk:1")!],
  });
  const started = next.log.filter(({ kind }) => kind === "started").map(({ process }) => process);
  assert.deepEqual(started.toSorted(), ["added", "changed"]);
  const { summary } = await next.next(null, "reloaded");
  assert.match(summary, /added.*removed|removed.*added/);
  await next.end();
});

Deno.test("a grandchild whose parent died while taskmaster was dead is swept before the restart", async () => {
  const parent = shell('(trap "" TERM; exec sleep 1000) & echo $!; exec sleep 999');
  await using tm = await startTaskmaster({
    programs: `parent: {cmd: ${parent}, starttime: 0, stoptime: 0.3}`,
  });
  const { pid } = await tm.next("parent", "running");
  const grandchild = await tm.until(() => Number(tm.output("parent").trim()) || false);
  await tm.until(() => processesOf({ group: pid }).length === 2);
  await crash(tm);
  Deno.kill(pid, "SIGKILL");
  // Also as a zombie, so that its pid says nothing; not every container has somebody who reaps.
  const limit = performance.now() + 3000;
  await tm.until(() => !isAlive(pid) && (!statOf(pid) || performance.now() > limit));
  assert.ok(isAlive(grandchild));
  await using next = await startAgain(tm);
  const exited = await next.next("parent", "exited");
  assert.equal(exited.groupRemains, true);
  const started = await next.next("parent", "started");
  assert.equal(isAlive(grandchild), false);
  assert.deepEqual(processesOf({ group: pid }), []);
  const kinds = next.kindsOf("parent");
  assert.ok(kinds.indexOf("killing") < kinds.indexOf("started"), kinds.join());
  assert.notEqual(started.pid, pid);
  await next.end();
});

Deno.test("five hundred programs are taken back at once with their pids", async () => {
  const count = 500;
  await using tm = await startTaskmaster({
    programs: `many: {${SLEEP}, numprocs: ${count}}`,
  });
  const runs = (taskmaster: typeof tm, kind: "running" | "adopted") =>
    taskmaster.log.flatMap((record) => record.kind === kind ? [record.pid] : []);
  await tm.until(() => runs(tm, "running").length === count);
  const before = runs(tm, "running").toSorted();
  await crash(tm);
  await using next = await startAgain(tm);
  await next.until(() => runs(next, "adopted").length === count);
  assert.deepEqual(runs(next, "adopted").toSorted(), before);
  assert.ok(before.every(isAlive));
  const [first, last] = [next.log[0]!, next.log.findLast(({ kind }) => kind === "adopted")!];
  const tookMs = Date.parse(last.time) - Date.parse(first.time);
  assert.ok(tookMs < 5000, `${tookMs} ms`);
  assert.ok(next.log.every(({ kind }) => kind !== "started"));
  await next.end();
});
