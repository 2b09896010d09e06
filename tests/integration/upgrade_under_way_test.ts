/** What happens between the request for an upgrade and the moment at which the new program is there. */
import assert from "node:assert/strict";
import { IGNORES_TERM } from "../programs/commands.ts";
import { statOf } from "../support/proc.ts";
import { Daemon } from "../support/taskmaster_daemon.ts";
import { taskmasterCommand } from "../support/taskmaster_run.ts";

/** Asks for an upgrade whose rehearsal is under way when this resolves, until `go` is called. */
async function upgradeSlowly(daemon: Daemon) {
  const { out } = daemon.place;
  const script = `#!/bin/sh
case "$*" in *--rehearse*)
  : >"${out}/rehearsing"
  while [ ! -e "${out}/go" ]; do sleep 0.05; done;;
esac
exec "${taskmasterCommand()[0]}" "$@"
`;
  const executable = `${daemon.place.directory}/slow`;
  await Deno.writeTextFile(executable, script, { mode: 0o755 });
  const upgraded = daemon.client("upgrade", executable);
  await daemon.until(() => isThere(`${out}/rehearsing`));
  return { upgraded, go: () => Deno.writeTextFile(`${out}/go`, "") };
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test("an end that is asked for during the rehearsal of an upgrade takes place", async () => {
  await using daemon = await Daemon.start({
    programs: `stubborn: {cmd: ${IGNORES_TERM}, starttime: 0, stoptime: 60}`,
    as: "nobody",
  });
  await daemon.next("stubborn", "running");
  const { upgraded, go } = await upgradeSlowly(daemon);
  Deno.kill(daemon.pid, "SIGTERM");
  const stopping = await daemon.next("stubborn", "stopping");
  await go();
  const { code, stderr } = await upgraded;
  assert.deepEqual({ code, stderr }, {
    code: 1,
    stderr: "not upgraded: taskmaster is shutting down\n",
  });
  await daemon.until(() => Date.now() > Date.parse(stopping.time) + 500);
  Deno.kill(daemon.pid, "SIGTERM");
  await daemon.gone();
  assert.equal(daemon.log.at(-1)?.kind, "supervisor_stopped");
  assert.deepEqual(daemon.place.processes(), []);
});

Deno.test("a second upgrade at once is refused, and the first takes place", async () => {
  await using daemon = await Daemon.start({
    programs: "web: {cmd: sleep 1000, starttime: 0}",
    as: "nobody",
  });
  const web = await daemon.next("web", "running");
  const { upgraded, go } = await upgradeSlowly(daemon);
  const second = await daemon.client("upgrade");
  assert.equal(second.code, 1);
  assert.equal(second.stderr, "not upgraded: another upgrade is under way\n");
  await go();
  assert.equal((await upgraded).code, 0);
  await daemon.next("web", "adopted");
  assert.equal(statOf(web.pid)?.parent, daemon.pid);
  await daemon.end();
});
