/** `kill -9` of taskmaster: its programs go on, and the next start knows all about them. */
import assert from "node:assert/strict";
import { IGNORES_TERM, shell } from "../programs/commands.ts";
import { isAlive, statOf } from "../support/proc.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { crash, liveChildren, startAgain } from "../support/taskmaster_crash.ts";
import { ask } from "../support/taskmaster_shell.ts";

const SLEEP = "cmd: sleep 1000, starttime: 0.1";
const SHELL = { stdin: "pty", terminal: { rows: 50, cols: 400 } } as const;

Deno.test("programs outlive a kill -9 and are taken back with pid and uptime", async () => {
  await using tm = await startTaskmaster({
    programs: `
      web: {${SLEEP}, numprocs: 2}
      db: {${SLEEP}}
    `,
  });
  const names = ["web:0", "web:1", "db"];
  const before = await Promise.all(names.map((name) => tm.next(name, "started")));
  for (const name of names) await tm.next(name, "running");
  // Long enough to tell an uptime that was kept from one that began anew.
  await tm.until(() => Date.now() > Date.parse(before[0]!.time) + 1000);
  await crash(tm);
  for (const { pid } of before) {
    assert.ok(isAlive(pid));
    assert.notEqual(statOf(pid)?.parent, tm.pid);
  }
  await using next = await startAgain(tm);
  for (const [index, name] of names.entries()) {
    const adopted = await next.next(name, "adopted");
    const started = before[index]!;
    assert.equal(adopted.pid, started.pid);
    const ageMs = Date.parse(adopted.time) - Date.parse(started.time);
    assert.ok(Math.abs(adopted.uptimeMs - ageMs) < 500, `${adopted.uptimeMs} and ${ageMs} ms`);
  }
  await next.until(() => names.every((name) => next.kindsOf(name).length > 0));
  const kinds = next.log.map(({ kind }) => kind);
  assert.ok(!kinds.includes("started") && !kinds.includes("stopping"), next.describe());
  const pids = before.map(({ pid }) => [pid]);
  assert.deepEqual(names.map((name) => liveChildren(tm.place).get(name)), pids);
  await next.end();
});

Deno.test("a second kill -9 in a row changes nothing either", async () => {
  await using tm = await startTaskmaster({ programs: `web: {${SLEEP}}` });
  const { pid } = await tm.next("web", "running");
  await crash(tm);
  await using second = await startAgain(tm);
  await second.next("web", "adopted");
  await crash(second);
  await using third = await startAgain(tm, SHELL);
  assert.equal((await third.next("web", "adopted")).pid, pid);
  assert.match(await ask(third, "status web"), new RegExp(`^web +RUNNING +pid ${pid}, `, "m"));
  assert.equal(await ask(third, "pid web"), `${pid}\n`);
  await third.end();
});

Deno.test("a child that ends after it was taken back is noticed and replaced", async () => {
  await using tm = await startTaskmaster({ programs: `web: {${SLEEP}}` });
  const { pid } = await tm.next("web", "running");
  await crash(tm);
  await using next = await startAgain(tm);
  await next.next("web", "adopted");
  Deno.kill(pid, "SIGKILL");
  const exited = await next.next("web", "exited");
  assert.equal(exited.pid, pid);
  assert.equal(exited.expected, false);
  // Only some kernels tell somebody who is not the parent.
  if (exited.exit.kind !== "unknown") {
    assert.deepEqual(exited.exit, { kind: "signal", signal: "KILL" });
  }
  const started = await next.next("web", "started", { after: exited.seq });
  await next.next("web", "running", { after: exited.seq });
  assert.deepEqual(liveChildren(tm.place).get("web"), [started.pid]);
  await next.end();
});

Deno.test("what was stopped by the operator before a kill -9 stays stopped after it", async () => {
  await using tm = await startTaskmaster({
    programs: `
      web: {${SLEEP}}
      db: {${SLEEP}, autorestart: always}
      idle: {${SLEEP}, autostart: false}
    `,
    ...SHELL,
  });
  await tm.next("web", "running");
  await tm.next("db", "running");
  assert.match(await ask(tm, "stop db"), /db: stopped$/m);
  assert.match(await ask(tm, "start idle"), /idle: started/);
  await crash(tm);
  await using next = await startAgain(tm, SHELL);
  for (const name of ["web", "idle"]) await next.next(name, "adopted");
  assert.match(await ask(next, "status db"), /^db +STOPPED/m);
  assert.deepEqual([...liveChildren(tm.place).keys()].toSorted(), ["idle", "web"]);
  assert.match(await ask(next, "start db"), /db: started/);
  await next.end();
});

Deno.test("a descendant that left for a session of its own is not taken for the stopped program", async () => {
  await using tm = await startTaskmaster({
    programs: `web: {cmd: ${
      shell('setsid sh -c "echo \\$\\$; exec sleep 1000" & exec sleep 1000')
    }, starttime: 0}`,
    ...SHELL,
  });
  await tm.next("web", "running");
  await tm.until(() => tm.output("web").endsWith("\n"));
  const stranger = Number(tm.output("web"));
  assert.match(await ask(tm, "stop web"), /web: stopped$/m);
  await crash(tm);
  await using next = await startAgain(tm, SHELL);
  assert.match(await ask(next, "status"), /^web +STOPPED/m);
  assert.ok(isAlive(stranger));
  Deno.kill(stranger, "SIGKILL");
  await next.end();
});

Deno.test("a stop that was under way at a kill -9 is carried through by the next start", async () => {
  const stubborn = `[sh, -c, 'trap "" TERM; echo ready; while :; do sleep 0.1; done']`;
  await using tm = await startTaskmaster({
    programs: `slow: {cmd: ${stubborn}, starttime: 0, stoptime: 0.5}`,
    ...SHELL,
  });
  const { pid } = await tm.next("slow", "running");
  await tm.until(() => tm.output("slow").includes("ready"));
  await ask(tm, "stop --no-wait slow");
  await tm.next("slow", "stopping");
  await crash(tm);
  assert.ok(isAlive(pid));
  await using next = await startAgain(tm);
  await next.next("slow", "stopped");
  assert.equal(isAlive(pid), false);
  assert.ok(!next.kindsOf("slow").includes("started"));
  await next.end();
});

Deno.test("those whose turn to stop had not come at a kill -9 are stopped by the next start", async () => {
  await using tm = await startTaskmaster({
    programs: `
      last: {cmd: ${IGNORES_TERM}, starttime: 0, stoptime: 3, priority: 20}
      first: {${SLEEP}, priority: 10}
      other: {${SLEEP}, priority: 10}
    `,
    ...SHELL,
  });
  for (const name of ["last", "first", "other"]) await tm.next(name, "running");
  await tm.until(() => tm.output("last").includes("ready"));
  await ask(tm, "stop --no-wait first last");
  await tm.next("last", "stopping");
  await crash(tm);
  assert.deepEqual([...liveChildren(tm.place).keys()].toSorted(), ["first", "last", "other"]);
  await using next = await startAgain(tm);
  for (const name of ["last", "first"]) await next.next(name, "stopped");
  assert.deepEqual([...liveChildren(tm.place).keys()], ["other"]);
  await next.end();
});

Deno.test("the count of failed starts and FATAL outlive a kill -9", async () => {
  const ghost = "cmd: /no/such/program";
  await using tm = await startTaskmaster({
    programs: `
      again: {${ghost}, startretries: 2}
      ghost: {${ghost}, startretries: 0}
    `,
  });
  await tm.next("ghost", "fatal");
  assert.equal((await tm.next("again", "backoff")).failedStarts, 1);
  await crash(tm);
  await using next = await startAgain(tm, SHELL);
  const reason = 'no such file: "/no/such/program"';
  assert.match(await ask(next, "status ghost"), new RegExp(`^ghost +FATAL +${reason}`, "m"));
  assert.equal((await next.next("again", "backoff")).failedStarts, 2);
  assert.deepEqual(next.kindsOf("again"), ["spawn_failed", "backoff"]);
  assert.deepEqual(next.kindsOf("ghost"), []);
  await next.end();
});
