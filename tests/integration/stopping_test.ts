/** "Stopped" means gone: what is left of a process when it is said to be stopped. */
import assert from "node:assert/strict";
import { CHILD_IGNORES_TERM, IGNORES_TERM, LEAVES_A_CHILD } from "../programs/commands.ts";
import { isAlive, processesOf } from "../support/proc.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { type } from "../support/taskmaster_shell.ts";

Deno.test("a program that ignores TERM is killed after stoptime and STOPPED only then", async () => {
  await using tm = await startTaskmaster({
    programs: `stubborn: {cmd: ${IGNORES_TERM}, starttime: 0, stoptime: 0.5}`,
    stdin: "pty",
  });
  const { pid } = await tm.next("stubborn", "started");
  await tm.until(() => tm.output("stubborn").includes("ready"));
  await type(tm, "stop stubborn");
  const stopping = await tm.next("stubborn", "stopping");
  assert.equal(stopping.signal, "TERM");
  assert.equal(isAlive(pid), true);
  const stopped = await tm.next("stubborn", "stopped");
  assert.equal(isAlive(pid), false);
  assert.deepEqual(processesOf({ group: pid }), []);
  assert.deepEqual(
    tm.kindsOf("stubborn", stopping.seq - 1),
    ["stopping", "killing", "exited", "stopped"],
  );
  const exited = await tm.next("stubborn", "exited");
  assert.deepEqual(exited.exit, { kind: "signal", signal: "KILL" });
  const tookMs = Date.parse(stopped.time) - Date.parse(stopping.time);
  assert.ok(tookMs >= 490 && tookMs < 5000, `${tookMs} ms`);
  await tm.end();
});

Deno.test("a grandchild that is left behind is swept before the replacement starts", async () => {
  await using tm = await startTaskmaster({
    programs: `parent: {cmd: ${LEAVES_A_CHILD}, starttime: 0.1}`,
  });
  const grandchild = await tm.until(() => Number(tm.output("parent").trim()) || false);
  assert.equal(isAlive(grandchild), true);
  const exited = await tm.next("parent", "exited");
  assert.equal(exited.groupRemains, true);
  await tm.next("parent", "started", { after: exited.seq });
  assert.equal(isAlive(grandchild), false);
  await tm.end();
});

Deno.test("with stopasgroup and killasgroup off it is left alone, and the log says so", async () => {
  await using tm = await startTaskmaster({
    programs: `
      parent:
        cmd: ${LEAVES_A_CHILD}
        starttime: 0.1
        autorestart: never
        stopasgroup: false
        killasgroup: false
    `,
  });
  const grandchild = await tm.until(() => Number(tm.output("parent").trim()) || false);
  const [exited, left] = await tm.waitFor([["parent", "exited"], ["parent", "group_left"]]);
  assert.ok(exited?.kind === "exited" && exited.groupRemains);
  assert.ok(left?.kind === "group_left" && left.level === "warn");
  assert.equal(isAlive(grandchild), true);
  tm.signal("SIGTERM");
  assert.equal(await tm.ended(), 0);
  assert.deepEqual(tm.place.processes(), [{ pid: grandchild, command: "sleep 1000" }]);
});

Deno.test("a grandchild that ignores TERM is killed after stoptime and holds up STOPPED", async () => {
  await using tm = await startTaskmaster({
    programs: `parent: {cmd: ${CHILD_IGNORES_TERM}, starttime: 0, stoptime: 0.5}`,
    stdin: "pty",
  });
  const { pid } = await tm.next("parent", "started");
  await tm.until(() => tm.output("parent").includes("ready"));
  await type(tm, "stop --no-wait parent");
  const exited = await tm.next("parent", "exited");
  assert.deepEqual(exited.exit, { kind: "signal", signal: "TERM" });
  assert.equal(exited.groupRemains, true);
  await type(tm, "status parent");
  await tm.pty.waitFor(/^parent +STOPPING +waiting for the rest of its process group to end$/m);
  const [killing, stopped] = await tm.waitFor([["parent", "killing"], ["parent", "stopped"]]);
  assert.ok(Date.parse(stopped!.time) - Date.parse(killing!.time) < 5000);
  assert.deepEqual(processesOf({ group: pid }), []);
  await tm.end();
});

Deno.test("fifty processes have fifty pids, and nothing is left after stop all", async () => {
  await using tm = await startTaskmaster({
    programs: "many: {cmd: sleep 1000, numprocs: 50, starttime: 0.1}",
    stdin: "pty",
  });
  const names = Array.from({ length: 50 }, (_, num) => `many:${num}`);
  await Promise.all(names.map((name) => tm.next(name, "running")));
  const children = tm.childrenOf();
  assert.equal(children.length, 50);
  const pids = tm.log.flatMap((record) => record.kind === "started" ? [record.pid] : []);
  assert.deepEqual(pids.sort((a, b) => a - b), children);
  await type(tm, "stop all");
  await Promise.all(names.map((name) => tm.next(name, "stopped")));
  assert.deepEqual(tm.childrenOf(), []);
  assert.deepEqual(children.filter(isAlive), []);
  await tm.end();
});
