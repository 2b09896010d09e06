/** Programs whose end is the end of taskmaster, and the exit codes that say so. */
import assert from "node:assert/strict";
import { startTaskmaster } from "../support/taskmaster.ts";

const WEB = "web: {cmd: sleep 1000, starttime: 0, priority: 1}";

for (
  const [what, settings, code] of [
    ["ends as expected", 'cmd: [sh, -c, "exit 0"], starttime: 0', 0],
    ["ends unexpectedly", 'cmd: [sh, -c, "exit 3"], starttime: 0, autorestart: never', 9],
    ["leaves a group behind", 'cmd: [sh, -c, "sleep 1000 & exit 0"], starttime: 0', 0],
    ["is FATAL", "cmd: /no/such/program, startretries: 0", 9],
  ] as const
) {
  Deno.test(`an essential program that ${what} stops everything, with code ${code}`, async () => {
    await using tm = await startTaskmaster({
      programs: `${WEB}\njob: {${settings}, essential: true}`,
    });
    assert.equal(await tm.ended(), code, tm.describe());
    assert.equal((await tm.next("web", "stopped")).by.via, "supervisor");
    assert.deepEqual(tm.place.processes(), []);
    const notes = tm.log.flatMap((record) => record.kind === "note" ? [record.message] : []);
    const end = notes.find((note) => note.startsWith("job, which is essential, "));
    assert.match(end ?? "", new RegExp(`: taskmaster ends, with exit code ${code}$`));
  });
}

Deno.test("an essential program that is stopped by hand, or restarted, ends nothing", async () => {
  await using tm = await startTaskmaster({
    programs: `${WEB}\njob: {cmd: sleep 1000, starttime: 0, essential: true, autorestart: always}`,
  });
  const { pid } = await tm.next("job", "started");
  await tm.next("job", "running");
  Deno.kill(pid, "SIGKILL");
  const { seq } = await tm.next("job", "exited");
  await tm.next("job", "running", { after: seq });
  assert.equal((await tm.client("stop", "job")).code, 0);
  assert.match((await tm.client("status")).stdout, /web +RUNNING/);
  await tm.end();
});

Deno.test("on_fatal: exit ends with code 8; a reload can take it back", async () => {
  const broken = "broken: {cmd: /no/such/program, startretries: 0, autostart: false}";
  await using tm = await startTaskmaster({
    programs: `${WEB}\n${broken}`,
    daemon: "on_fatal: exit",
  });
  await tm.next("web", "running");
  await tm.rewriteConfig(`${WEB}\n${broken}`, "on_fatal: ignore");
  assert.equal((await tm.client("reload")).code, 0);
  assert.equal((await tm.client("start", "broken")).code, 1);
  assert.match((await tm.client("status", "web")).stdout, /RUNNING/);
  await tm.rewriteConfig(`${WEB}\n${broken}`, "on_fatal: exit");
  assert.equal((await tm.client("reload")).code, 0);
  await tm.client("start", "broken");
  assert.equal(await tm.ended(), 8, tm.describe());
  assert.deepEqual(tm.place.processes(), []);
});
