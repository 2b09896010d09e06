/** Children that end by themselves, and programs that cannot be started. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { isAlive } from "../support/proc.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { Place, testAsRoot } from "../support/taskmaster_place.ts";

Deno.test("a child killed from outside is replaced under the same name within a second", async () => {
  await using tm = await startTaskmaster({
    programs: "web: {cmd: sleep 1000, numprocs: 2, starttime: 0.1}",
  });
  const running = await tm.next("web:0", "running");
  const other = await tm.next("web:1", "running");
  // Sooner than a second after RUNNING it would count as a crash loop and be slowed down.
  await tm.until(() => Date.now() > Date.parse(running.time) + 1100);
  const after = tm.now;
  Deno.kill(running.pid, "SIGKILL");
  const exited = await tm.next("web:0", "exited", { after });
  assert.deepEqual(exited.exit, { kind: "signal", signal: "KILL" });
  assert.equal(exited.expected, false);
  assert.equal(exited.pid, running.pid);
  const started = await tm.next("web:0", "started", { after });
  assert.notEqual(started.pid, running.pid);
  const latencyMs = Date.parse(started.time) - Date.parse(exited.time);
  assert.ok(latencyMs < 1000, `${latencyMs} ms`);
  await tm.next("web:0", "running", { after });
  assert.deepEqual(tm.kindsOf("web:0", after), ["exited", "started", "running"]);
  assert.deepEqual(tm.childrenOf(), [other.pid, started.pid].sort((a, b) => a - b));
  assert.equal(isAlive(running.pid), false);
  await tm.end();
});

Deno.test("a child that dies right after it is RUNNING is started again a second later", async () => {
  await using tm = await startTaskmaster({ programs: "web: {cmd: sleep 1000, starttime: 0}" });
  const { pid } = await tm.next("web", "running");
  Deno.kill(pid, "SIGKILL");
  const [exited, , started] = await tm.waitFor([
    ["web", "exited"],
    ["web", "restart_delayed"],
    ["web", "started"],
  ]);
  const delayMs = Date.parse(started!.time) - Date.parse(exited!.time);
  assert.ok(delayMs >= 990, `${delayMs} ms`);
  await tm.end();
});

Deno.test("a program that does not exist is retried startretries times, then FATAL", async () => {
  await using tm = await startTaskmaster({
    programs: "ghost: {cmd: /no/such/program --now, startretries: 1}",
  });
  const fatal = await tm.next("ghost", "fatal");
  assert.match(fatal.reason, /no such file: "\/no\/such\/program"/);
  assert.equal(fatal.level, "error");
  assert.deepEqual(tm.kindsOf("ghost"), ["spawn_failed", "backoff", "spawn_failed", "fatal"]);
  const backoff = await tm.next("ghost", "backoff");
  assert.equal(backoff.reason, fatal.reason);
  assert.deepEqual([backoff.failedStarts, backoff.startretries], [1, 1]);
  assert.ok(Date.parse(fatal.time) - Date.parse(backoff.time) >= 990);
  assert.deepEqual(tm.childrenOf(), []);
  await tm.end();
});

Deno.test("a program that ends before starttime is done, or retried and FATAL, by its code", async () => {
  await using tm = await startTaskmaster({
    programs: `
      done: {cmd: "true"}
      also_done: {cmd: ${shell("exit 2")}, exitcodes: [0, 2]}
      failing: {cmd: "false", startretries: 1}
      not_zero: {cmd: "true", exitcodes: 2, startretries: 0}
      killed: {cmd: ${shell("kill -KILL $$")}, startretries: 0}
      impatient: {cmd: "true", autorestart: always, startretries: 0}
    `,
  });
  const fatal = await tm.next("failing", "fatal");
  assert.match(fatal.reason, /exited too early.*code 1/);
  const attempt = ["started", "exited"];
  assert.deepEqual(tm.kindsOf("failing"), [...attempt, "backoff", ...attempt, "fatal"]);
  for (const name of ["done", "also_done"]) {
    assert.deepEqual(tm.kindsOf(name), attempt, name);
    assert.equal((await tm.next(name, "exited")).expected, true);
  }
  for (const name of ["not_zero", "killed", "impatient"]) {
    assert.deepEqual(tm.kindsOf(name), [...attempt, "fatal"], name);
  }
  const { expected, exit } = await tm.next("killed", "exited");
  assert.deepEqual({ expected, exit }, {
    expected: false,
    exit: { kind: "signal", signal: "KILL" },
  });
  await tm.end();
});

Deno.test("a working directory that must not be entered is named, and who may not", async () => {
  const settings = "cmd: sleep 1000, startretries: 0";
  const place = await Place.create();
  try {
    const closed = `${place.directory}/closed`;
    await Deno.mkdir(`${closed}/within`, { recursive: true });
    await place.configure(`
      itself: {${settings}, workingdir: ${closed}}
      within: {${settings}, workingdir: ${closed}/within}
    `);
    await Deno.chmod(closed, 0);
    await using tm = await startTaskmaster({ programs: "", place });
    for (const [name, which] of [["itself", "it"], ["within", `"${closed}"`]] as const) {
      const { reason } = await tm.next(name, "fatal");
      assert.match(reason, new RegExp(`not within reach: "\\w+" may not enter ${which}; let that`));
    }
    await tm.end();
    await Deno.chmod(closed, 0o700);
  } finally {
    await place.remove();
  }
});

Deno.test("a program that ends after starttime is started again as autorestart says", async () => {
  const ends = (code: number, settings: string) =>
    `{cmd: ${shell(`sleep 0.4; exit ${code}`)}, starttime: 0.1, ${settings}}`;
  await using tm = await startTaskmaster({
    programs: `
      always_0: ${ends(0, "autorestart: always")}
      always_1: ${ends(1, "autorestart: always")}
      never_0: ${ends(0, "autorestart: never")}
      never_1: ${ends(1, "autorestart: never")}
      unexpected_0: ${ends(0, "autorestart: unexpected")}
      unexpected_1: ${ends(1, "autorestart: unexpected")}
      unexpected_2: ${ends(2, "autorestart: unexpected, exitcodes: [0, 2]")}
      by_default: ${ends(1, "")}
    `,
  });
  const life = ["started", "running", "exited"];
  const restarted = ["always_0", "always_1", "unexpected_1", "by_default"];
  for (const name of restarted) {
    await tm.waitFor([[name, "exited"], [name, "started"]]);
    assert.deepEqual(tm.kindsOf(name).slice(0, 5), [...life, "restart_delayed", "started"], name);
  }
  const atRest = [
    ["never_0", true],
    ["never_1", false],
    ["unexpected_0", true],
    ["unexpected_2", true],
  ] as const;
  for (const [name, isExpected] of atRest) {
    assert.deepEqual(tm.kindsOf(name), life, name);
    assert.equal((await tm.next(name, "exited")).expected, isExpected, name);
  }
  await tm.end();
});

Deno.test("a start that fails in other ways says why", async () => {
  await using tm = await startTaskmaster({
    programs: `
      nowhere: {cmd: sleep 1, workingdir: /no/such/directory, startretries: 0}
      not_executable: {cmd: /etc/passwd, startretries: 0}
      a_directory: {cmd: /etc, startretries: 0}
      unwritable: {cmd: sleep 1, stdout: /etc, startretries: 0}
    `,
  });
  const reason = async (name: string) => (await tm.next(name, "fatal")).reason;
  assert.match(await reason("nowhere"), /working directory "\/no\/such\/directory" does not exist/);
  assert.match(await reason("not_executable"), /^not executable.*: "\/etc\/passwd"$/);
  assert.match(await reason("a_directory"), /^is a directory: "\/etc"$/);
  assert.match(await reason("unwritable"), /"\/etc"/);
  await tm.end();
});

testAsRoot("without /dev/null no program is started, and none becomes a file", async () => {
  const script = 'mount -t tmpfs -o mode=755 none /dev && exec "$@"';
  await using tm = await startTaskmaster({
    prefix: ["unshare", "--mount", "--propagation", "slave", "sh", "-c", script, "sh"],
    as: "root",
    args: ["--allow-root"],
    programs: `
      plain: {cmd: sleep 1, startretries: 0, user: root}
      copied: {cmd: sleep 1, startretries: 0, user: root, stdout: discard, copy_output: true}
    `,
  });
  for (const name of ["plain", "copied"]) {
    const { reason } = await tm.next(name, "fatal");
    assert.match(reason, /^\/dev\/null is missing, .*mknod -m 666 \/dev\/null c 1 3/);
  }
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`/proc/${tm.pid}/root/dev`)), []);
  await tm.end();
});

Deno.test("a program whose output has no place becomes FATAL, and the others start", async () => {
  await using tm = await startTaskmaster({
    programs: `
      bad: {cmd: sleep 1000, stdout: /proc/nothing/out, startretries: 0}
      good: {cmd: sleep 1000}
    `,
  });
  const { reason } = await tm.next("bad", "fatal");
  assert.match(reason, /cannot create directory "\/proc\/nothing"/);
  await tm.next("good", "running");
  await tm.end();
});
