/** One taskmaster for one state directory. */
import assert from "node:assert/strict";
import { startTaskmaster } from "../support/taskmaster.ts";

Deno.test("a second taskmaster on the same state directory is refused with the first's pid", async () => {
  const programs = "web: {cmd: sleep 1000, starttime: 0}";
  await using tm = await startTaskmaster({ programs });
  const { pid } = await tm.next("web", "running");
  await using second = await startTaskmaster({ programs, place: tm.place });
  assert.notEqual(await second.ended(), 0);
  assert.match(
    second.stderr(),
    new RegExp(
      `^taskmaster: another taskmaster \\(pid ${tm.pid}\\) is running with this state`,
      "m",
    ),
  );
  assert.deepEqual(tm.childrenOf(), [pid]);
  await tm.end();
  // The lock ends with its holder.
  await using third = await startTaskmaster({ programs, place: tm.place });
  await third.next("web", "running");
  assert.equal(third.childrenOf().length, 1);
  await third.end();
});

Deno.test("a pidfile holds the pid while it runs", async () => {
  await using tm = await startTaskmaster({
    programs: "web: {cmd: sleep 1000, starttime: 0}",
    daemon: "pidfile: out/taskmaster.pid",
  });
  await tm.next("web", "running");
  const pidfile = `${tm.place.out}/taskmaster.pid`;
  assert.equal(await Deno.readTextFile(pidfile), `${tm.pid}\n`);
  await tm.end();
  assert.throws(() => Deno.statSync(pidfile), Deno.errors.NotFound);
});
