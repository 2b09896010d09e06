/** As process 1 of a pid namespace of its own, as in a container. */
import assert from "node:assert/strict";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { processesOf, statOf } from "../support/proc.ts";
import { testAsRoot } from "../support/taskmaster_place.ts";

const NAMESPACE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

function startAsInit(programs: string, daemon = ""): Promise<Taskmaster> {
  return startTaskmaster({ prefix: NAMESPACE, programs, daemon });
}

/** Of taskmaster, as seen from outside. */
function outerPid(tm: Taskmaster): number {
  const [pid] = processesOf({ parent: tm.pid });
  assert.ok(pid !== undefined);
  return pid;
}

testAsRoot(
  "as process 1 it reaps orphans, and still knows how its own children ended",
  async () => {
    // Each leaves orphans that end at the same time as itself, and some later.
    const script = "for i in 0 1 2 3; do (sleep 0.$i &) ; done; (true &); exit 7";
    await using tm = await startAsInit(`
    web: {cmd: sleep 1000, starttime: 0}
    later: {cmd: sleep 1, starttime: 0, autostart: false}
    leaves:
      cmd: [sh, -c, '${script}']
      numprocs: 20
      starttime: 0
      autorestart: never
      stopasgroup: false
      killasgroup: false
  `);
    const { pid } = await tm.next(null, "supervisor_started");
    assert.equal(pid, 1);
    const exits = () => tm.log.filter(({ kind }) => kind === "exited");
    await tm.until(() => exits().length === 20);
    for (const record of exits()) {
      assert.ok(record.kind === "exited");
      assert.deepEqual(record.exit, { kind: "code", code: 7 });
    }
    // The last of the orphans have ended long before this one has.
    assert.equal((await tm.client("start", "later")).code, 0);
    await tm.next("later", "exited");
    assert.equal((await tm.client("status", "web")).code, 0);
    const init = outerPid(tm);
    assert.deepEqual(zombiesOf(init), []);
    const web = await tm.next("web", "started");
    assert.ok(web.pid > 1);
    Deno.kill(init, "SIGTERM");
    assert.equal(await tm.ended(), 0, tm.describe());
    assert.equal(tm.log.at(-1)?.kind, "supervisor_stopped");
  },
);

testAsRoot("as process 1 it forwards nothing, and its end has the code that says why", async () => {
  await using tm = await startAsInit(`
    web: {cmd: sleep 1000, starttime: 0, priority: 1}
    hears:
      cmd: [sh, -c, 'trap "exit 5" HUP USR2 WINCH; while :; do sleep 0.05; done']
      starttime: 0
    job: {cmd: sh -c 'exit 3', starttime: 0, autostart: false, autorestart: never, essential: true}
  `);
  await tm.next("hears", "running");
  const init = outerPid(tm);
  Deno.kill(init, "SIGUSR2");
  Deno.kill(init, "SIGHUP");
  await tm.next(null, "reloaded");
  assert.match((await tm.client("status", "hears")).stdout, /RUNNING/);
  await tm.client("start", "job");
  assert.equal(await tm.ended(), 9, tm.describe());
  assert.equal((await tm.next("hears", "stopping")).signal, "TERM");
});

function zombiesOf(parent: number): string[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) => {
    const stat = statOf(Number(name));
    return stat?.parent === parent && stat.state === "Z";
  });
}
