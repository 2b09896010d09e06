/** `taskmaster daemon`: in the background, and honest about how that went. */
import assert from "node:assert/strict";
import { descriptorsOf, isAlive, statOf } from "../support/proc.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { Daemon, daemonWords, startDaemon } from "../support/taskmaster_daemon.ts";
import { isRoot, Place, testAsRoot, tryKill } from "../support/taskmaster_place.ts";
import { runTaskmaster, taskmasterCommand } from "../support/taskmaster_run.ts";

const WEB = "web: {cmd: sleep 1000, starttime: 0}";

/** A place in which nothing runs yet. */
async function inPlace(run: (place: Place) => Promise<void>, programs = WEB, daemon = "") {
  const place = await Place.create();
  try {
    await place.configure(programs, daemon);
    await run(place);
  } finally {
    await place.remove();
  }
}

Deno.test("daemon returns when it is up: own session, nothing held, pidfile until the end", async () => {
  await using daemon = await Daemon.start({ programs: WEB });
  const { pid, place } = daemon;
  const web = await daemon.next("web", "running");
  const pidfile = `${place.stateDir}/taskmaster.pid`;
  assert.equal(await Deno.readTextFile(pidfile), `${pid}\n`);
  assert.equal(statOf(pid)?.session, pid);
  const { 0: stdin, 1: stdout, 2: stderr } = descriptorsOf(pid);
  assert.deepEqual([stdin, stdout, stderr], ["/dev/null", "/dev/null", "/dev/null"]);
  const terminals = Object.values(descriptorsOf(pid)).filter((to) => /^\/dev\/(pts|tty)/.test(to));
  assert.deepEqual(terminals, []);
  // Neither its socket nor anything else has got into the program.
  await daemon.until(() => Object.keys(descriptorsOf(web.pid)).join() === "0,1,2");
  const { code, stdout: status } = await daemon.client("status");
  assert.equal(code, 0);
  assert.match(status, /^web +RUNNING +pid \d+, uptime /);
  await daemon.end();
  assert.throws(() => Deno.statSync(pidfile), Deno.errors.NotFound);
  assert.throws(() => Deno.lstatSync(place.socket), Deno.errors.NotFound);
});

Deno.test("daemon holds no pipe of whoever has started it", () =>
  inPlace(async (place) => {
    // `cat` ends when nobody has the other end of its pipe any more.
    const [program = "", ...words] = [...taskmasterCommand(), ...daemonWords(place)];
    const { code, stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", '"$@" 2>&1 | cat; exit 3', "sh", program, ...words],
      env: place.env,
      stdin: "null",
    }).output();
    assert.equal(code, 3);
    const text = new TextDecoder().decode(stdout);
    const pid = Number(/^taskmaster is running in the background \(pid (\d+)\)\n$/.exec(text)?.[1]);
    assert.ok(isAlive(pid), text);
  }));

Deno.test("daemon ends with code 4 and the report when the file has mistakes", () =>
  inPlace(async (place) => {
    const { code, stdout, stderr } = await runTaskmaster(daemonWords(place), { env: place.env });
    assert.deepEqual([code, stdout], [4, ""]);
    assert.match(stderr, /conf\.yaml:\d+:\d+: error: unknown key "comand"/);
    assert.match(stderr, /1 error/);
    assert.deepEqual(place.processes(), []);
  }, "web: {cmd: sleep 1000, comand: x}"));

Deno.test("a second daemon on the same state ends with code 1 and the pid of the first", async () => {
  await using daemon = await Daemon.start({ programs: WEB });
  const env = daemon.place.env;
  const { code, stdout, stderr } = await runTaskmaster(daemonWords(daemon.place), { env });
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, new RegExp(`^taskmaster: another taskmaster \\(pid ${daemon.pid}\\) `));
  // It has not taken away what the first one has.
  assert.equal((await daemon.client("pid")).stdout, `${daemon.pid}\n`);
  await daemon.end();
});

testAsRoot(
  "daemon started by root without a user ends with code 7",
  () =>
    inPlace(async (place) => {
      const words = ["daemon", "-c", place.config];
      const { code, stdout, stderr } = await runTaskmaster(words, { env: place.env });
      assert.deepEqual([code, stdout], [7, ""]);
      assert.match(stderr, /^taskmaster: .*root.*--user/);
    }),
);

Deno.test("daemon without a file says how to name one", async () => {
  const { code, stderr } = await runTaskmaster(["daemon"]);
  assert.equal(code, 2);
  assert.match(stderr, /name one with -c FILE/);
});

Deno.test("daemon --foreground stays, without a shell, and prints its log", async () => {
  await using tm = await startTaskmaster({ programs: WEB, args: ["daemon", "--foreground"] });
  const { pid } = await tm.next("web", "running");
  assert.equal(await Deno.readTextFile(`${tm.place.stateDir}/taskmaster.pid`), `${tm.pid}\n`);
  assert.equal((await tm.client("pid", "web")).stdout, `${pid}\n`);
  await tm.end();
  assert.match(tm.stderr(), / INFO web started pid=/);
});

Deno.test("a daemon after kill -9: its socket is no obstacle, the programs are taken back", async () => {
  await using daemon = await Daemon.start({ programs: WEB });
  const { pid } = await daemon.next("web", "running");
  tryKill(daemon.pid, "SIGKILL");
  await daemon.gone();
  assert.ok((await Deno.lstat(daemon.place.socket)).isSocket);
  const without = await daemon.client("status");
  assert.equal(without.code, 6);
  assert.match(without.stderr, /^taskmaster: taskmaster does not answer on .*control\.sock\n$/);
  const next = await startDaemon(daemon.place);
  await daemon.until(() => daemon.log.some(({ kind }) => kind === "adopted"));
  assert.equal((await daemon.client("pid")).stdout, `${next}\n`);
  assert.equal((await daemon.client("pid", "web")).stdout, `${pid}\n`);
  assert.equal((await daemon.client("shutdown")).code, 0);
});

Deno.test("what is in the place of the socket is left alone, and the start says so", () =>
  inPlace(async (place) => {
    await Deno.mkdir(place.stateDir, { mode: 0o700 });
    await Deno.writeTextFile(place.socket, "precious");
    if (isRoot) await Deno.chown(place.stateDir, 65534, 65534);
    const { code, stdout, stderr } = await runTaskmaster(daemonWords(place), { env: place.env });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^taskmaster: ".*control\.sock" is in the way of the control socket/m);
    assert.equal(await Deno.readTextFile(place.socket), "precious");
    assert.deepEqual(place.processes(), []);
  }));
