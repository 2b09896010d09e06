/** `upgrade` of a taskmaster in the background, asked for by a client. */
import assert from "node:assert/strict";
import { writeBroken } from "../support/broken_executable.ts";
import { isAlive } from "../support/proc.ts";
import { Daemon } from "../support/taskmaster_daemon.ts";

async function start(): Promise<{ readonly daemon: Daemon; readonly web: number }> {
  // Somebody who was root first cannot load the modules again from root's cache.
  const daemon = await Daemon.start({
    programs: "web: {cmd: sleep 1000, starttime: 0}",
    as: "nobody",
  });
  const { pid } = await daemon.next("web", "running");
  return { daemon, web: pid };
}

Deno.test("a daemon goes on under the same pid after two upgrades", async () => {
  const { daemon, web } = await start();
  await using _ = daemon;
  for (let round = 0; round < 2; round++) {
    const { code, stdout, stderr } = await daemon.client("upgrade");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^taskmaster \S+ has taken over$/m);
  }
  assert.equal((await daemon.client("pid")).stdout, `${daemon.pid}\n`);
  assert.equal((await daemon.client("pid", "web")).stdout, `${web}\n`);
  await daemon.end();
});

Deno.test("a client tells when the new program has ended and the old one is back", async () => {
  const { daemon, web } = await start();
  await using _ = daemon;
  const broken = `${daemon.place.out}/broken`;
  await writeBroken(broken, "exit 7");
  const { code, stderr } = await daemon.client("upgrade", broken);
  assert.equal(code, 1);
  const [, pid] = /ended before .* is back, with pid (\d+)$/m.exec(stderr) ?? [];
  assert.ok(pid !== undefined, stderr);
  assert.notEqual(Number(pid), daemon.pid);
  assert.equal((await daemon.client("pid", "web")).stdout, `${web}\n`);
  Deno.kill(Number(pid), "SIGTERM");
  await daemon.until(() => !isAlive(Number(pid)));
  assert.deepEqual(daemon.place.processes(), []);
});
