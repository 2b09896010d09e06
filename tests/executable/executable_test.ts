/** taskmaster as one file, on a machine that has nothing else of it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { recordText } from "../../src/render/record.ts";
import { writeBroken } from "../support/broken_executable.ts";
import { executableIn } from "../support/executable.ts";
import { childEnvironment } from "../support/child_environment.ts";
import { BECOMING_NOBODY, copyWithMode, honoursSetuid } from "../support/setuid.ts";
import { isAlive, statusLine } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { canMount, isRoot, NOBODY, Place } from "../support/taskmaster_place.ts";
import { runTaskmaster } from "../support/taskmaster_run.ts";
import { prompt } from "../support/taskmaster_shell.ts";

const PROGRAMS = "web: {cmd: sleep 1000, starttime: 0}";
const LIMIT_MS = 40_000;

let directory = "";
let executable = "";

Deno.test.beforeAll(async () => {
  directory = await Deno.makeTempDir({ prefix: "taskmaster_executable_" });
  await Deno.chmod(directory, 0o755);
  executable = await executableIn(directory);
});

Deno.test.afterAll(async () => {
  await Deno.remove(directory, { recursive: true });
});

/** $0 is all that can be written to; the namespace ends with what is started in it. */
const READ_ONLY = [
  ...["unshare", "--mount", "sh", "-c"],
  'mount --bind "$0" "$0" && mount -o remount,bind,ro / && ! touch /taskmaster 2>/dev/null && ' +
  'exec env -u HOME -u DENO_DIR "$@"',
];

/** As nobody who never was root, or, when the tests are not root's, as their user. */
const AS_USER = isRoot ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : [];

const isSetuidHonoured = await honoursSetuid();

Deno.test({
  name: "an executable that is setuid or setgid refuses every verb",
  // Needs root, and a place of temporary files that is not mounted nosuid.
  ignore: !isSetuidHonoured,
  async fn() {
    for (const mode of [0o4755, 0o2755]) {
      const copy = await copyWithMode(executable, join(directory, "privileged"), mode);
      for (const verb of [["check", "/etc/shadow"], ["stop", "web"], ["version"]]) {
        const options = { executable: copy, prefix: BECOMING_NOBODY };
        const { code, stdout, stderr } = await runTaskmaster(verb, options);
        assert.deepEqual([code, stdout], [7, ""], `${mode.toString(8)} ${verb}: ${stderr}`);
        assert.match(stderr, /^taskmaster: started with more than one user or group id.*\n$/);
      }
    }
  },
});

const isMountPossible = await canMount();
const onReadOnly = "root becomes nobody where nothing but the place of the state can be written";

Deno.test({
  name: isMountPossible ? onReadOnly : `${onReadOnly} (skipped: needs root and mount)`,
  ignore: !isMountPossible,
  async fn() {
    const place = await Place.create();
    try {
      await place.configure(PROGRAMS);
      await using tm = await startTaskmaster({
        ...{ programs: PROGRAMS, place, executable },
        as: "root",
        args: ["--user", "nobody"],
        prefix: [...READ_ONLY, place.directory],
      });
      const { pid } = await tm.next("web", "running");
      assert.equal(statusLine(pid, "Uid")[0], String(NOBODY.uid));
      const { code, stdout } = await runTaskmaster(["-c", place.config, "status"], { executable });
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^web +RUNNING +pid ${pid},`));
      await tm.end();
    } finally {
      await place.remove();
    }
  },
});

Deno.test("somebody without a home starts it, and it leaves nothing behind", async () => {
  const home = await Deno.makeTempDir({ prefix: "taskmaster_home_" });
  try {
    if (isRoot) await Deno.chown(home, NOBODY.uid, NOBODY.gid);
    for (const setHome of [["-u", "HOME"], [`HOME=${home}`]]) {
      const prefix = [...AS_USER, "env", "-C", home, "-u", "DENO_DIR", ...setHome];
      const { code, stdout, stderr } = await runTaskmaster(["init"], { executable, prefix });
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, /^programs:/m);
    }
    assert.deepEqual(await Array.fromAsync(Deno.readDir(home)), []);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("the browser gets the page from it byte for byte as it was built", async () => {
  await using tm = await startTaskmaster({
    ...{ programs: PROGRAMS, executable },
    daemon: 'http: {listen: "127.0.0.1:0", tokens: {ci: 0123456789abcdef}}',
  });
  await tm.next("web", "running");
  const address = tm.log.map(recordText).join("\n").match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
  const built = JSON.parse(await Deno.readTextFile("dist/page.json")) as Record<string, string>;
  for (const [name, text] of Object.entries(built)) {
    if (name === "index.html") continue;
    const response = await fetch(`${address}/${name}`);
    assert.equal(await response.text(), text, name);
  }
  await tm.end();
});

Deno.test("programs get the environment that it was started with, and Deno says nothing", async () => {
  await using tm = await startTaskmaster({
    ...{ programs: PROGRAMS, executable, stdin: "pty" },
    env: { DENO_DIR: "/somewhere", PATH: "/usr/bin:/bin" },
    prefix: ["env", "-u", "DENO_LOG"],
  });
  const { pid } = await tm.next("web", "running");
  const { DENO_DIR, DENO_LOG, PATH } = await childEnvironment(tm, pid);
  assert.deepEqual([DENO_DIR, DENO_LOG, PATH], ["/somewhere", undefined, "/usr/bin:/bin"]);
  await prompt(tm);
  assert.doesNotMatch(tm.pty.screen().fullText(), /deno|cache/i);
  await tm.end();
});

Deno.test("options of Deno and files that Deno would read mean nothing to it", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "taskmaster_cwd_" });
  try {
    for (const name of ["deno.json", "package.json", "deno.lock", ".npmrc"]) {
      await Deno.writeTextFile(join(cwd, name), "{ not what it should be");
    }
    const version = await runTaskmaster(["--version"], { executable, cwd });
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
    for (const option of ["--inspect", "-A", "--eval=1"]) {
      const { code, stderr } = await runTaskmaster([option], { executable, cwd });
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`unknown option '?${option.slice(0, 3)}`));
    }
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

/** Puts another file in the place of the one that runs, as an installation does. */
async function replace(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  await make(`${path}.new`);
  await Deno.chmod(`${path}.new`, 0o755);
  await Deno.rename(`${path}.new`, path);
}

async function startCopy(place: Place, copy: string): Promise<Taskmaster> {
  await Deno.copyFile(executable, copy);
  await place.configure(PROGRAMS);
  const becomeNobody = { as: "root" as const, args: ["--user", "nobody"] };
  return await startTaskmaster({
    ...{ programs: PROGRAMS, place, executable: copy },
    ...isRoot ? becomeNobody : {},
  });
}

Deno.test("its file is replaced, and an upgrade makes it the new one with the same programs", async () => {
  const place = await Place.create();
  const copy = join(place.out, "taskmaster");
  try {
    await using tm = await startCopy(place, copy);
    const { pid } = await tm.next("web", "running");
    await replace(copy, (temporary) => Deno.copyFile(executable, temporary));
    assert.match(await Deno.readLink(`/proc/${tm.pid}/exe`), / \(deleted\)$/);
    const { code, stderr } = await runTaskmaster(["-c", place.config, "upgrade"], { executable });
    assert.equal(code, 0, stderr);
    await tm.next("web", "adopted");
    assert.equal(await Deno.readLink(`/proc/${tm.pid}/exe`), copy);
    assert.deepEqual(tm.childrenOf(), [pid]);
    await tm.end();
  } finally {
    await place.remove();
  }
});

Deno.test("a replaced file that does not come up: the one before goes on", async () => {
  const place = await Place.create();
  const copy = join(place.out, "taskmaster");
  try {
    await using tm = await startCopy(place, copy);
    const { pid } = await tm.next("web", "running");
    await replace(copy, (temporary) => writeBroken(temporary, "exit 7", executable));
    await runTaskmaster(["-c", place.config, "upgrade"], { executable });
    assert.equal(await tm.ended(LIMIT_MS), 7);
    await tm.until(() => tm.kindsOf("web").includes("adopted"), LIMIT_MS);
    assert.ok(isAlive(pid));
    const started = tm.log.findLast((record) => record.kind === "supervisor_started");
    assert.ok(started?.kind === "supervisor_started" && started.pid !== tm.pid);
    assert.equal(
      await Deno.readLink(`/proc/${started.pid}/exe`),
      join(place.stateDir, "taskmaster.before"),
    );
    Deno.kill(started.pid, "SIGTERM");
    await tm.until(() => !isAlive(started.pid));
    assert.deepEqual(place.processes(), []);
  } finally {
    await place.remove();
  }
});

Deno.test("in a directory that has been removed it says so, and starts nothing", async () => {
  const there = join(directory, "removed");
  const script = 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"';
  const { code, stderr } = await runTaskmaster(["daemon", "-c", "/nowhere.yaml"], {
    prefix: ["sh", "-c", script, there],
    executable,
  });
  assert.equal(code, 1);
  assert.match(stderr, /^taskmaster: the directory that it is started in has been removed; /m);
});

Deno.test("from a directory that must not be entered it starts nothing in the background", async () => {
  const place = await Place.create();
  try {
    await place.configure(PROGRAMS);
    const closed = join(place.directory, "closed");
    await Deno.mkdir(closed);
    const { code, stderr } = await runTaskmaster(["daemon", "-c", place.config], {
      prefix: ["sh", "-c", 'cd "$0"; chmod 0 .; exec "$@"', closed, ...AS_USER],
      executable,
    });
    assert.match(stderr, /^taskmaster: the directory .*closed", must not be entered; change to/);
    assert.equal(code, 1);
  } finally {
    await place.remove();
  }
});
