/** Reading the configuration again: what changes is touched, and nothing else. */
import assert from "node:assert/strict";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";

const SLEEP = "cmd: sleep 1000, starttime: 0";

/** Tells it to read the file and waits for the answer in the log. */
async function reload(tm: Taskmaster): Promise<string> {
  const after = tm.now;
  tm.signal("SIGHUP");
  const { summary, by } = await tm.next(null, "reloaded", { after });
  assert.deepEqual(by, { via: "signal", detail: "SIGHUP" });
  return summary;
}

/** Name → pid of what was started and has not ended, as the log has it. */
function pids(tm: Taskmaster): Record<string, number> {
  const running: Record<string, number> = {};
  for (const record of tm.log) {
    if (record.kind === "started") running[record.process!] = record.pid;
    if (record.kind === "exited") delete running[record.process!];
  }
  assert.deepEqual(tm.childrenOf(), Object.values(running).sort((a, b) => a - b));
  return running;
}

Deno.test("numprocs up and down on SIGHUP: the others keep their pids", async () => {
  await using tm = await startTaskmaster({
    programs: `
      web: {${SLEEP}, numprocs: 2}
      db: {${SLEEP}}
    `,
  });
  await tm.waitFor([["web:0", "running"]]);
  await tm.waitFor([["web:1", "running"]]);
  await tm.waitFor([["db", "running"]]);
  const before = pids(tm);
  await tm.rewriteConfig(`
    web: {${SLEEP}, numprocs: 4}
    db: {${SLEEP}}
  `);
  assert.equal(await reload(tm), "2 added (web:2, web:3), 3 unchanged");
  await tm.waitFor([["web:2", "running"]]);
  await tm.waitFor([["web:3", "running"]]);
  const more = pids(tm);
  assert.equal(Object.keys(more).length, 5);
  for (const [name, pid] of Object.entries(before)) assert.equal(more[name], pid, name);
  await tm.rewriteConfig(`
    web: {${SLEEP}, numprocs: 1}
    db: {${SLEEP}}
  `);
  assert.match(await reload(tm), /^3 removed \(web:1, web:2, web:3\), 2 unchanged$/);
  for (const name of ["web:1", "web:2", "web:3"]) await tm.next(name, "stopped");
  assert.deepEqual(Object.values(pids(tm)).toSorted(), [before["web:0"], before.db].toSorted());
  await tm.end();
});

Deno.test("a changed environment restarts that program alone, with the new environment", async () => {
  const programs = (answer: number) => `
    web: {cmd: [sh, -c, 'echo answer=$ANSWER; exec sleep 1000'], starttime: 0, env: {ANSWER: ${answer}}}
    db: {${SLEEP}}
  `;
  await using tm = await startTaskmaster({ programs: programs(42) });
  await tm.until(() => tm.output("web") === "answer=42\n");
  await tm.next("web", "running");
  await tm.next("db", "running");
  const before = pids(tm);
  await tm.rewriteConfig(programs(43));
  assert.equal(await reload(tm), "1 restarted (web), 1 unchanged");
  await tm.waitFor([["web", "stopping"], ["web", "exited"], ["web", "started"]]);
  await tm.until(() => tm.output("web") === "answer=42\nanswer=43\n");
  const now = pids(tm);
  assert.equal(now.db, before.db);
  assert.notEqual(now.web, before.web);
  await tm.end();
});

Deno.test("a removed program is stopped and forgotten, an added one is started", async () => {
  await using tm = await startTaskmaster({
    programs: `
      old: {${SLEEP}}
      kept: {${SLEEP}}
    `,
    stdin: "pty",
  });
  await tm.next("old", "running");
  const kept = await tm.next("kept", "running");
  await tm.rewriteConfig(`
    kept: {${SLEEP}}
    new: {${SLEEP}}
    later: {${SLEEP}, autostart: false}
  `);
  assert.equal(await reload(tm), "2 added (later, new), 1 removed (old), 1 unchanged");
  await tm.next("old", "stopped");
  await tm.next("new", "running");
  assert.deepEqual(Object.keys(pids(tm)).toSorted(), ["kept", "new"]);
  assert.equal(pids(tm).kept, kept.pid);
  tm.pty.write("status\r");
  await tm.pty.waitFor(/^kept +RUNNING.*\nlater +STOPPED +not started yet\nnew +RUNNING.*$/m);
  tm.pty.write("status old\r");
  await tm.pty.waitFor(/^old: ERROR \(no such process/m);
  await tm.end();
});

Deno.test("settings that need no restart are taken over and obeyed", async () => {
  await using tm = await startTaskmaster({
    programs: `web: {${SLEEP}, stopsignal: TERM, autorestart: never}`,
  });
  const { pid } = await tm.next("web", "running");
  await tm.rewriteConfig(`web: {${SLEEP}, stopsignal: INT, autorestart: always}`);
  assert.equal(await reload(tm), "1 updated in place (web), 0 unchanged");
  assert.equal(pids(tm).web, pid);
  Deno.kill(pid, "SIGKILL");
  const again = await tm.next("web", "started", { after: tm.now });
  tm.signal("SIGTERM");
  const stopping = await tm.next("web", "stopping");
  assert.deepEqual([stopping.signal, stopping.pid], ["INT", again.pid]);
  assert.equal(await tm.ended(), 0);
});

Deno.test("a mistake in the file changes nothing, and the log says where it is", async () => {
  const good = `
    web: {${SLEEP}}
    db: {${SLEEP}}
  `;
  await using tm = await startTaskmaster({ programs: good });
  await tm.next("web", "running");
  await tm.next("db", "running");
  const before = pids(tm);
  const mistakes = [
    `web: {${SLEEP}, numprocs: 2\ndb: [`,
    `web: {${SLEEP}, stopsignal: TERMINATE}`,
    `web: {${SLEEP}, stopsignl: TERM}`,
    `web: {starttime: 1}`,
  ];
  for (const mistake of mistakes) {
    await tm.rewriteConfig(mistake);
    const after = tm.now;
    tm.signal("SIGHUP");
    const refused = await tm.next(null, "reload_refused", { after });
    assert.match(refused.problems, /conf\.yaml/);
    assert.deepEqual(pids(tm), before);
  }
  await Deno.remove(tm.place.config);
  const after = tm.now;
  tm.signal("SIGHUP");
  const refused = await tm.next(null, "reload_refused", { after });
  assert.match(refused.problems, /cannot read configuration .*no such file/);
  assert.deepEqual(pids(tm), before);
  await tm.rewriteConfig(good);
  assert.equal(await reload(tm), "2 unchanged");
  await tm.end();
});

Deno.test("the log names the place of a mistake that refuses a reload, and what it is", async () => {
  await using tm = await startTaskmaster({ programs: `web: {${SLEEP}}` });
  await tm.next("web", "running");
  await tm.rewriteConfig(`web: {${SLEEP}, stopsignal: TERMINATE}`);
  tm.signal("SIGHUP");
  const { problems } = await tm.next(null, "reload_refused");
  assert.match(problems, /conf\.yaml:\d+:\d+: .*TERMINATE/);
  await tm.end();
});

Deno.test("the reload command: a program stopped by the operator stays stopped", async () => {
  await using tm = await startTaskmaster({
    programs: `
      web: {${SLEEP}}
      db: {${SLEEP}}
    `,
    stdin: "pty",
  });
  const web = await tm.next("web", "running");
  await tm.next("db", "running");
  await tm.pty.waitFor(/taskmaster>$/);
  tm.pty.write("stop db\r");
  await tm.next("db", "stopped");
  await tm.rewriteConfig(`
    web: {${SLEEP}, env: {A: 1}}
    db: {${SLEEP}, env: {A: 1}}
  `);
  await tm.pty.waitFor(/taskmaster>$/);
  tm.pty.write("reload\r");
  const reloaded = await tm.next(null, "reloaded");
  assert.deepEqual(reloaded.by, { via: "shell" });
  assert.equal(reloaded.summary, "1 restarted (web), 1 updated, not running (db), 0 unchanged");
  await tm.pty.waitFor(/^~ db: updated, stays stopped: env\n! web: restart, because of env$/m);
  const started = await tm.next("web", "started", { after: reloaded.seq });
  assert.notEqual(started.pid, web.pid);
  assert.equal(tm.kindsOf("db").at(-1), "stopped");
  assert.deepEqual(tm.childrenOf(), [started.pid]);
  tm.pty.write("start db\r");
  await tm.next("db", "started", { after: reloaded.seq });
  await tm.end();
});
