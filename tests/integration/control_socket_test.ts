/** The control socket of the real program: whose it is, and that it stays. */
import assert from "node:assert/strict";
import { descriptorsOf } from "../support/proc.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { type Place, testAsRoot } from "../support/taskmaster_place.ts";

const WEB = "web: {cmd: sleep 1000, starttime: 0}";

/** Permission bits of the socket; undefined while there is none. */
function modeOf(path: string): number | undefined {
  try {
    return Deno.lstatSync(path).mode! & 0o777;
  } catch {
    return undefined;
  }
}

Deno.test("the socket is its owner's from its first moment on, whatever the umask", async () => {
  await using tm = await startTaskmaster({
    programs: WEB,
    prefix: ["sh", "-c", 'umask 0; exec "$@"', "sh"],
  });
  const modes = new Set<number | undefined>();
  using watcher = Deno.watchFs(tm.place.directory, { recursive: false });
  void (async () => {
    for await (const _ of watcher) modes.add(modeOf(tm.place.socket));
  })();
  const first = await tm.until(() => modeOf(tm.place.socket));
  await tm.next("web", "running");
  modes.add(first).add(modeOf(tm.place.socket)).delete(undefined);
  assert.deepEqual([...modes], [0o600]);
  assert.equal((await Deno.lstat(tm.place.stateDir)).mode! & 0o777, 0o700);
  await tm.end();
});

Deno.test("a socket that is removed or moved away is made again, and nothing leaks", async () => {
  await using tm = await startTaskmaster({ programs: WEB });
  await tm.next("web", "running");
  const { socket } = tm.place;
  const inode = () => tm.until(() => modeOf(socket) && Deno.lstatSync(socket).ino);
  const again = async (after: number) => {
    const note = await tm.next(null, "note", { after });
    assert.match(note.message, /control\.sock was removed by somebody; it is there again$/);
    assert.equal(modeOf(socket), 0o600);
    assert.equal((await tm.client("status")).code, 0);
    return note.seq;
  };
  await inode();
  let seq = tm.now;
  await Deno.remove(socket);
  seq = await again(seq);
  const before = Object.keys(descriptorsOf(tm.pid)).length;
  for (let round = 0; round < 5; round++) {
    if (round % 2 === 0) await Deno.rename(socket, `${socket}.moved`);
    else await Deno.remove(socket);
    seq = await again(seq);
  }
  await tm.until(() => Object.keys(descriptorsOf(tm.pid)).length <= before);
  assert.deepEqual(tm.kindsOf("web"), ["started", "running"]);
  await tm.end();
});

Deno.test("a client that was connected when the socket was removed is still served", async () => {
  await using tm = await startTaskmaster({ programs: WEB });
  await tm.next("web", "running");
  await tm.until(() => modeOf(tm.place.socket));
  const client = Deno.createHttpClient({ proxy: { transport: "unix", path: tm.place.socket } });
  const response = await fetch("http://taskmaster/v1/events/follow", { client });
  const events = response.body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  const seq = tm.now;
  await Deno.remove(tm.place.socket);
  await tm.next(null, "note", { after: seq });
  let seen = "";
  while (!seen.includes('"kind":"note"')) seen += (await events.next()).value;
  await tm.end();
  while (!(await events.next()).done);
  client.close();
});

testAsRoot("another user of the machine is refused by the mode of the socket", async () => {
  await using tm = await startTaskmaster({ programs: WEB });
  await tm.next("web", "running");
  // Even if the directory let everybody through.
  await Deno.chmod(tm.place.stateDir, 0o755);
  assert.equal(await connectAs(4321, tm.place), "PermissionDenied\n");
  await Deno.chmod(tm.place.socket, 0o666);
  assert.equal(await connectAs(4321, tm.place), "let in\n");
  await tm.end();
});

/** What comes of it when another user connects to the socket. */
async function connectAs(uid: number, place: Place): Promise<string> {
  const script = `${place.directory}/connect.js`;
  await Deno.writeTextFile(
    script,
    `try {
      (await Deno.connect({ transport: "unix", path: Deno.args[0] })).close();
      console.log("let in");
    } catch (error) {
      console.log(error.name);
    }`,
  );
  const ids = [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  const { stdout, stderr } = await new Deno.Command("setpriv", {
    args: [...ids, Deno.execPath(), "run", "--quiet", "--allow-all", script, place.socket],
    env: { DENO_DIR: "/nowhere", HOME: "/" },
  }).output();
  return new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr);
}
