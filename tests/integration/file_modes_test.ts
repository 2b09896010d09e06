/** Whom the files that taskmaster makes let in, whatever the umask it was started with. */
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { shell } from "../programs/commands.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";

const OPEN_UMASK = ["sh", "-c", 'umask 0; exec "$@"', "sh"];
const OTHERS_WRITE = 0o022;

/** "mode" by path below `directory`, itself included. */
function modesBelow(directory: string, from = directory): Record<string, string> {
  const status = Deno.lstatSync(directory);
  const own = { [relative(from, directory) || "."]: (status.mode! & 0o7777).toString(8) };
  if (!status.isDirectory) return own;
  return [...Deno.readDirSync(directory)].reduce(
    (all, { name }) => ({ ...all, ...modesBelow(join(directory, name), from) }),
    own,
  );
}

async function start(daemon = ""): Promise<Taskmaster> {
  const tm = await startTaskmaster({
    programs: `web: {cmd: ${shell("echo out; echo err >&2; exec sleep 1000")}, starttime: 0}`,
    daemon,
    prefix: OPEN_UMASK,
  });
  await tm.next("web", "running");
  await tm.until(() => tm.output("web").includes("out") && tm.errors("web").includes("err"));
  return tm;
}

Deno.test("nobody else gets into the state directory, or could do anything with what is in it", async () => {
  await using tm = await start("pidfile: state/taskmaster.pid");
  const modes = modesBelow(tm.place.stateDir);
  const wanted = {
    ".": "700",
    "control.sock": "600",
    "lock": "600",
    "state": "600",
    "fifo": "700",
  };
  for (const [path, mode] of Object.entries(wanted)) assert.equal(modes[path], mode, path);
  assert.equal(modes["taskmaster.pid"], "644");
  const fifos = Object.entries(modes).filter(([path]) => path.startsWith("fifo/"));
  assert.ok(fifos.length >= 2, JSON.stringify(modes));
  for (const [path, mode] of fifos) assert.equal(mode, "600", path);
  await tm.end();
});

Deno.test("no log may be written by others, and that of taskmaster is not read by everybody", async () => {
  await using tm = await start();
  const modes = modesBelow(join(tm.place.directory, "log"));
  assert.ok(Object.keys(modes).length >= 4, JSON.stringify(modes));
  for (const [path, mode] of Object.entries(modes)) {
    assert.equal(parseInt(mode, 8) & OTHERS_WRITE, 0, `${path} has ${mode}`);
  }
  assert.equal(modes["taskmaster.log"], "640");
  await tm.end();
});

Deno.test("a program that sets no umask gets that of taskmaster, not of who started it", async () => {
  await using tm = await startTaskmaster({
    programs: `web: {cmd: ${shell("umask; exec sleep 1000")}, starttime: 0}`,
    prefix: OPEN_UMASK,
  });
  await tm.until(() => tm.output("web").includes("\n"));
  assert.equal(tm.output("web"), "0022\n");
  await tm.end();
});
