/** The order of starting and stopping, and the end of it all. */
import assert from "node:assert/strict";
import { IGNORES_TERM } from "../programs/commands.ts";
import { isAlive } from "../support/proc.ts";
import { tryKill } from "../support/taskmaster_place.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";

/** Names of the processes something happened to, in the order in which it did. */
function orderOf(tm: Taskmaster, kind: "started" | "running" | "stopping" | "stopped"): string[] {
  return tm.log.filter((record) => record.kind === kind).map((record) => record.process!);
}

Deno.test("low priorities start first, each when the one before is up, and stop last", async () => {
  const sleep = "cmd: sleep 1000, starttime: 0.1";
  await using tm = await startTaskmaster({
    programs: `
      last: {${sleep}, priority: 30}
      first: {${sleep}, priority: 1}
      second: {${sleep}, priority: 20, numprocs: 2}
    `,
  });
  await tm.next("last", "running");
  assert.deepEqual(orderOf(tm, "started"), ["first", "second:0", "second:1", "last"]);
  await tm.waitFor([
    ["first", "running"],
    ["second:0", "started"],
    ["second:0", "running"],
    ["last", "started"],
  ]);
  tm.signal("SIGTERM");
  assert.equal(await tm.ended(), 0);
  assert.deepEqual(orderOf(tm, "stopping"), ["last", "second:0", "second:1", "first"]);
  await tm.waitFor([
    ["last", "stopped"],
    ["second:1", "stopping"],
    ["second:1", "stopped"],
    ["first", "stopping"],
  ]);
  assert.equal(tm.log.at(-1)?.kind, "supervisor_stopped");
});

Deno.test("a program that fails does not keep those after it from starting", async () => {
  await using tm = await startTaskmaster({
    programs: `
      broken: {cmd: /no/such/program, priority: 1, startretries: 9}
      web: {cmd: sleep 1000, priority: 2, starttime: 0}
    `,
  });
  await tm.waitFor([["broken", "backoff"], ["web", "running"]]);
  await tm.end();
});

Deno.test.each<Deno.Signal>(["SIGTERM", "SIGINT", "SIGQUIT"])(
  "%s stops everything in order and ends with exit code 0",
  async (signal) => {
    await using tm = await startTaskmaster({
      programs: `
        web: {cmd: sleep 1000, numprocs: 3, starttime: 0}
        waiting: {cmd: /no/such/program, startretries: 9}
        done: {cmd: "true"}
      `,
    });
    await tm.waitFor([["web:2", "running"]]);
    await tm.waitFor([["waiting", "backoff"]]);
    await tm.waitFor([["done", "exited"]]);
    const children = tm.childrenOf();
    tm.signal(signal);
    assert.equal(await tm.ended(), 0);
    assert.deepEqual(children.filter(isAlive), []);
    assert.deepEqual(tm.place.processes(), []);
    const stopping = await tm.next(null, "supervisor_stopping");
    assert.deepEqual(stopping.by, { via: "signal", detail: signal });
    assert.deepEqual(orderOf(tm, "stopped").toSorted(), ["waiting", "web:0", "web:1", "web:2"]);
    assert.equal(tm.log.at(-1)?.kind, "supervisor_stopped");
  },
);

Deno.test("a second signal kills at once what ignores the first", async () => {
  await using tm = await startTaskmaster({
    programs: `stubborn: {cmd: ${IGNORES_TERM}, numprocs: 2, starttime: 0, stoptime: 60}`,
  });
  for (const num of [0, 1]) await tm.until(() => tm.output("stubborn", num).includes("ready"));
  tm.signal("SIGTERM");
  const stopping = await tm.next("stubborn:1", "stopping");
  // Sooner it could be the same key, delivered twice: by the terminal and by sudo.
  await tm.until(() => Date.now() > Date.parse(stopping.time) + 500);
  assert.equal(tm.childrenOf().length, 2);
  tm.signal("SIGINT");
  assert.equal(await tm.ended(), 0);
  assert.deepEqual(tm.place.processes(), []);
  const { exit } = await tm.next("stubborn:0", "exited");
  assert.deepEqual(exit, { kind: "signal", signal: "KILL" });
});

Deno.test("signals in its last moments do not change how it ends", async () => {
  await using tm = await startTaskmaster({
    // Half of a pipe, which is full at once: with the rest of it the end waits for a while.
    prefix: ["/bin/bash", "-c", 'exec "$@" > >(exec sleep 1000)', "bash"],
    programs: `flood: {cmd: [sh, -c, "yes | head -c 5000000"], starttime: 0, stdout: discard,
      copy_output: true}`,
    args: ["--log-to", "file"],
  });
  await tm.next("flood", "exited");
  tm.signal("SIGTERM");
  await tm.next(null, "supervisor_stopped");
  while (isAlive(tm.pid)) {
    for (const signal of ["SIGUSR2", "SIGHUP", "SIGTERM"] as const) tryKill(tm.pid, signal);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(await tm.exitCode, 0);
});

Deno.test("shutdown_timeout bounds the whole shutdown", async () => {
  await using tm = await startTaskmaster({
    programs: `stubborn: {cmd: ${IGNORES_TERM}, starttime: 0, stoptime: 60}`,
    daemon: "shutdown_timeout: 0.5",
  });
  await tm.until(() => tm.output("stubborn").includes("ready"));
  tm.signal("SIGTERM");
  const note = await tm.next(null, "note");
  assert.match(note.message, /shutdown_timeout is over/);
  assert.equal(await tm.ended(), 0);
  assert.deepEqual(tm.place.processes(), []);
});

Deno.test("a shutdown during a reload and a start leaves nothing behind", async () => {
  const web = (numprocs: number) => `web: {cmd: sleep 1000, numprocs: ${numprocs}, starttime: 0}`;
  await using tm = await startTaskmaster({ programs: web(1) });
  await tm.next("web", "running");
  await tm.rewriteConfig(web(20));
  tm.signal("SIGHUP");
  tm.signal("SIGTERM");
  assert.equal(await tm.ended(), 0);
  assert.deepEqual(tm.place.processes(), []);
});
