/** What taskmaster needs of the system runs out for a while: real limits, lowered while it runs. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { descriptorsOf, isAlive, processesOf } from "../support/proc.ts";
import {
  limitFileSizes,
  takeDescriptorsAway,
  takeProcessesAway,
} from "../support/resource_limits.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { crash, liveChildren, startAgain } from "../support/taskmaster_crash.ts";

Deno.test("without descriptors nothing is started, no end is missed, and it goes on by itself", async () => {
  const leaves = shell("sleep 1000 & while [ ! -e out/go ]; do sleep 0.05; done");
  await using tm = await startTaskmaster({
    programs: `
      web: {cmd: sleep 1000, starttime: 0, autorestart: always, startretries: 30}
      leaves: {cmd: ${leaves}, starttime: 0, autorestart: never, workingdir: .}
    `,
  });
  const web = await tm.next("web", "running");
  const { pid } = await tm.next("leaves", "running");
  const before = Object.keys(descriptorsOf(tm.pid)).length;
  const giveBack = await takeDescriptorsAway(tm.pid);
  Deno.kill(web.pid, "SIGKILL");
  const failed = await tm.next("web", "spawn_failed");
  assert.match(failed.reason, /too many open files/);
  await Deno.writeTextFile(`${tm.place.out}/go`, "");
  // Whether its group is empty cannot be told now; then it is not taken for empty.
  assert.equal((await tm.next("leaves", "exited")).groupRemains, true);
  await giveBack();
  await tm.next("leaves", "group_ended");
  assert.deepEqual(processesOf({ group: pid }), []);
  const again = await tm.next("web", "running", { after: failed.seq });
  assert.ok(isAlive(again.pid));
  assert.ok(Object.keys(descriptorsOf(tm.pid)).length <= before);
  assert.deepEqual(tm.log.filter(({ kind }) => kind === "note"), []);
  await tm.end();
});

Deno.test("programs leave descriptors for control: the rest of them says why it is not started", async () => {
  await using tm = await startTaskmaster({
    programs: "web: {cmd: [sh, -c, 'echo $$; exec sleep 1000'], starttime: 0, numprocs: 60}",
    prefix: ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"],
  });
  const { reason } = await tm.next(null, "spawn_failed");
  assert.match(reason, /too many open files \(EMFILE\): 16 of the 64 that "ulimit -n" allows/);
  await tm.until(() => tm.log.some(({ kind }) => kind === "fatal"));
  const status = await tm.client("status", "--json");
  assert.equal(status.stderr, "");
  assert.ok(tm.log.some(({ kind }) => kind === "running"));
  const clients = await Promise.all(Array.from({ length: 4 }, () => tm.client("why", "web:59")));
  for (const { stdout } of clients) assert.match(stdout, /too many open files/);
  await tm.end();
});

Deno.test("when no process can be started, the reason is shown, and it is tried until one can", async () => {
  await using tm = await startTaskmaster({
    programs: `
      web: {cmd: sleep 1000, starttime: 0, autorestart: always, startretries: 30}
      other: {cmd: sleep 1000, starttime: 0}
    `,
  });
  const web = await tm.next("web", "running");
  const other = await tm.next("other", "running");
  const giveBack = await takeProcessesAway(tm.pid);
  Deno.kill(web.pid, "SIGKILL");
  const failed = await tm.next("web", "spawn_failed");
  assert.match(failed.reason, /^cannot start: .*resource temporarily unavailable \(EAGAIN\)$/);
  const { stdout } = await tm.client("status", "web");
  assert.match(stdout, /BACKOFF .*EAGAIN/);
  await giveBack();
  await tm.next("web", "running", { after: failed.seq });
  assert.ok(isAlive(other.pid));
  await tm.end();
});

Deno.test("a start that cannot take everything back ends, and leaves the programs alone", async () => {
  const programs = "web: {cmd: sleep 1000, starttime: 0, numprocs: 60}";
  await using tm = await startTaskmaster({ programs });
  await tm.until(() => tm.log.filter(({ kind }) => kind === "running").length === 60);
  await crash(tm);
  const before = liveChildren(tm.place);
  await using poor = await startAgain(tm, {
    prefix: ["sh", "-c", 'ulimit -n 120; exec "$@"', "sh"],
  });
  assert.equal(await poor.ended(), 1);
  assert.match(poor.stderr(), /cannot be taken back, and are left alone: .*EMFILE/);
  assert.deepEqual(liveChildren(tm.place), before);
  await using next = await startAgain(tm);
  await next.until(() => next.log.filter(({ kind }) => kind === "adopted").length === 60);
  assert.deepEqual(liveChildren(tm.place), before);
  await next.end();
});

Deno.test("a limit of file sizes costs what is beyond it, and programs have the signal as usual", async () => {
  const writes = "exec head -c 100000 /dev/zero > out/file";
  await using tm = await startTaskmaster({
    programs: `
      first: {cmd: sleep 1000, starttime: 0}
      web: {cmd: sleep 1000, starttime: 0, numprocs: 40, autostart: false}
      writer: {cmd: [sh, -c, ${writes}], workingdir: ., autostart: false, startretries: 0}
    `,
  });
  await tm.next("first", "running");
  await limitFileSizes(tm.pid, 8192);
  assert.equal((await tm.client("start", "web")).code, 0);
  assert.match((await tm.client("start", "writer")).stderr, /with signal XFSZ/);
  const { stdout } = await tm.client("events", "-n", "500");
  assert.match(stdout, /the state table cannot be written, .*(EFBIG|too large)/i);
  await tm.end();
});
