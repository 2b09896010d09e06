/** What happens between the request for an upgrade and the moment at which the new program is there. */
import assert from "node:assert/strict";
import { IGNORES_TERM } from "../programs/commands.ts";
import { statOf } from "../support/proc.ts";
import { exchange, requestText } from "../support/raw_http.ts";
import { Daemon } from "../support/taskmaster_daemon.ts";
import { taskmasterCommand } from "../support/taskmaster_run.ts";

const SLEEPER = "web: {cmd: sleep 1000, starttime: 0}";

// Somebody who was root first cannot load the modules again from root's cache.
function start(programs: string): Promise<Daemon> {
  return Daemon.start({ programs, as: "nobody" });
}

/** The whole answer; "" when it took place, for then the connection ends without one. */
function upgrade({ place }: Daemon, body: { executable?: string } = {}): Promise<string> {
  const headers = { "Content-Type": "application/json" };
  const text = requestText("POST", "/v1/upgrade", { body: JSON.stringify(body), headers });
  return exchange(place.socket, text);
}

/** Asks for an upgrade that has come so far when this resolves, and no farther until `go`. */
async function upgradeSlowly(daemon: Daemon, where: "rehearsal" | "beginning") {
  const { directory, out } = daemon.place;
  // bash: another shell lets in the signals that it has been given as blocked.
  const script = `#!/bin/bash
case "$*" in *--rehearse*) where=rehearsal;; *) where=beginning;; esac
if [ "$where" = ${where} ]; then
  : >"${out}/there"
  while [ ! -e "${out}/go" ]; do sleep 0.05; done
fi
exec "${taskmasterCommand()[0]}" "$@"
`;
  const executable = `${directory}/slow`;
  await Deno.writeTextFile(executable, script, { mode: 0o755 });
  const upgraded = upgrade(daemon, { executable });
  await daemon.until(() => isThere(`${out}/there`));
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
  await using daemon = await start(
    `stubborn: {cmd: ${IGNORES_TERM}, starttime: 0, stoptime: 60}`,
  );
  await daemon.next("stubborn", "running");
  const { upgraded, go } = await upgradeSlowly(daemon, "rehearsal");
  Deno.kill(daemon.pid, "SIGTERM");
  const stopping = await daemon.next("stubborn", "stopping");
  await go();
  assert.match(await upgraded, /not upgraded: taskmaster is shutting down/);
  await daemon.until(() => Date.now() > Date.parse(stopping.time) + 500);
  Deno.kill(daemon.pid, "SIGTERM");
  await daemon.gone();
  assert.equal(daemon.log.at(-1)?.kind, "supervisor_stopped");
  assert.deepEqual(daemon.place.processes(), []);
});

Deno.test("a second upgrade at once is refused, and the first takes place", async () => {
  await using daemon = await start(SLEEPER);
  const web = await daemon.next("web", "running");
  const { upgraded, go } = await upgradeSlowly(daemon, "rehearsal");
  assert.match(await upgrade(daemon), /not upgraded: another upgrade is under way/);
  await go();
  assert.equal(await upgraded, "");
  await daemon.next("web", "adopted");
  assert.equal(statOf(web.pid)?.parent, daemon.pid);
  await daemon.end();
});

Deno.test("signals that come before the new program listens wait until it does", async () => {
  await using daemon = await start(SLEEPER);
  await daemon.next("web", "running");
  const { upgraded, go } = await upgradeSlowly(daemon, "beginning");
  Deno.kill(daemon.pid, "SIGUSR2");
  Deno.kill(daemon.pid, "SIGHUP");
  await go();
  assert.equal(await upgraded, "");
  const { by } = await daemon.next(null, "reloaded");
  assert.deepEqual(by, { via: "signal", detail: "SIGHUP" });
  assert.deepEqual(daemon.log.filter(({ level }) => level === "error"), []);
  await daemon.end();
});

Deno.test("an end that is asked for before the new program listens takes place", async () => {
  await using daemon = await start(SLEEPER);
  await daemon.next("web", "running");
  const { go } = await upgradeSlowly(daemon, "beginning");
  Deno.kill(daemon.pid, "SIGTERM");
  await go();
  await daemon.next("web", "stopped");
  await daemon.gone();
  assert.equal(daemon.log.at(-1)?.kind, "supervisor_stopped");
  assert.deepEqual(daemon.place.processes(), []);
});
