/** The verbs that act, typed at the prompt of the real program. */
import assert from "node:assert/strict";
import { PRINTS_SIGNALS, shell } from "../programs/commands.ts";
import { isAlive } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { ask } from "../support/taskmaster_shell.ts";

const SLEEP = "cmd: sleep 1000, starttime: 0.1";
const WIDE = { rows: 50, cols: 400 };

/** With no events between the answers. */
async function start(programs: string): Promise<Taskmaster> {
  const tm = await startTaskmaster({ programs, stdin: "pty", terminal: WIDE });
  assert.equal(await ask(tm, "log off"), "");
  return tm;
}

Deno.test("status shows the state of every process as it is", async () => {
  await using tm = await start(`
    web: {${SLEEP}, numprocs: 2}
    db: {${SLEEP}, autostart: false}
    ghost: {cmd: /no/such/program, startretries: 0}
    again: {cmd: /no/such/program, startretries: 9}
    setup: {cmd: ${shell("exit 0")}, starttime: 0}
    broken: {cmd: ${shell("sleep 0.2; exit 3")}, starttime: 0.1, autorestart: never}
  `);
  const web = await Promise.all(["web:0", "web:1"].map((name) => tm.next(name, "running")));
  for (const name of ["ghost", "setup", "broken"]) {
    await tm.next(name, name === "ghost" ? "fatal" : "exited");
  }
  const text = await ask(tm, "status");
  const wanted = [
    /^again +BACKOFF +no such file: "\/no\/such\/program"; retry \d of 9 in [\d.]+ m?s$/,
    /^broken +EXITED +exited with code 3 \(not expected\)$/,
    /^db +STOPPED +not started yet$/,
    /^ghost +FATAL +no such file: "\/no\/such\/program"$/,
    /^setup +EXITED +exited with code 0 \(expected\)$/,
    new RegExp(`^web:0 +RUNNING +pid ${web[0]!.pid}, uptime 0:00:\\d\\d$`),
    new RegExp(`^web:1 +RUNNING +pid ${web[1]!.pid}, uptime 0:00:\\d\\d$`),
  ];
  const lines = text.trimEnd().split("\n");
  assert.equal(lines.length, wanted.length, text);
  lines.forEach((line, index) => assert.match(line, wanted[index]!));
  assert.equal((await ask(tm, "status w*")).trimEnd().split("\n").length, 2);
  const [json] = (await ask(tm, "status --json db")).split("\n");
  assert.equal((JSON.parse(json!) as { state: string }).state, "STOPPED");
  await tm.end();
});

Deno.test("status shows the replacement of a child that was killed", async () => {
  await using tm = await start(`web: {${SLEEP}}`);
  const { pid } = await tm.next("web", "running");
  Deno.kill(pid, "SIGKILL");
  const { pid: next } = await tm.next("web", "started", {
    after: (await tm.next("web", "exited")).seq,
  });
  await tm.next("web", "running", { after: (await tm.next("web", "exited")).seq });
  assert.match(await ask(tm, "status web"), new RegExp(`^web +RUNNING +pid ${next}, uptime`));
  await tm.end();
});

Deno.test("start, stop, restart and pid do what they say, and say what they did", async () => {
  await using tm = await start(`
    web: {${SLEEP}, numprocs: 2}
    db: {${SLEEP}, autostart: false}
    ghost: {cmd: /no/such/program, autostart: false, startretries: 0}
  `);
  const web = await Promise.all(["web:0", "web:1"].map((name) => tm.next(name, "running")));
  const started = await ask(tm, "start db");
  const pid = Number(/^db: started \(pid (\d+)\)\n$/.exec(started)?.[1]);
  assert.ok(isAlive(pid), started);
  assert.equal(await ask(tm, "pid db"), `${pid}\n`);
  assert.equal(await ask(tm, "pid"), `${tm.pid}\n`);
  assert.equal(
    await ask(tm, "start db web"),
    "db: already started\nweb:0: already started\n" +
      "web:1: already started\n",
  );
  assert.equal(await ask(tm, "stop db"), "db: stopped\n");
  assert.equal(isAlive(pid), false);
  assert.equal(await ask(tm, "pid db"), "0\n");
  assert.equal(await ask(tm, "stop db"), "db: not running\n");
  const restarted = await ask(tm, "restart web:0");
  const next = Number(/^web:0: restarted \(pid (\d+)\)\n$/.exec(restarted)?.[1]);
  assert.notEqual(next, web[0]!.pid);
  assert.deepEqual(tm.childrenOf(), [web[1]!.pid, next].sort((a, b) => a - b));
  assert.equal(await ask(tm, "start ghost"), 'ghost: ERROR (no such file: "/no/such/program")\n');
  assert.match(
    await ask(tm, "stop wbe"),
    /^wbe: ERROR \(no such process; did you mean "web"\?\)\n$/,
  );
  assert.equal(
    await ask(tm, "stop all"),
    [
      "db: not running",
      "ghost: not running",
      "web:0: stopped",
      "web:1: stopped",
      "",
    ].join("\n"),
  );
  assert.deepEqual(tm.childrenOf(), []);
  const lines = tm.log.flatMap((record) => record.kind === "command" ? [record.line] : []);
  assert.ok(lines.includes("restart web:0") && lines.includes("stop all"), lines.join("\n"));
  await tm.end();
});

Deno.test("signal reaches the program", async () => {
  await using tm = await start(`web: {cmd: ${PRINTS_SIGNALS}, starttime: 0}`);
  await tm.until(() => tm.output("web") === "ready\n");
  assert.match(await ask(tm, "signal USR1 web"), /^web: signal USR1 sent( \(pid \d+\))?\n$/);
  await tm.until(() => tm.output("web") === "ready\nUSR1\n");
  await ask(tm, "signal SIGUSR2 web");
  await tm.until(() => tm.output("web") === "ready\nUSR1\nUSR2\n");
  await ask(tm, "signal 1 web");
  await tm.until(() => tm.output("web") === "ready\nUSR1\nUSR2\nHUP\n");
  assert.equal(
    await ask(tm, "signal URS1 web"),
    'unknown signal "URS1"; did you mean "USR1"?\n',
  );
  await tm.end();
});

Deno.test("plan shows what reload then does; a mistake is shown with its place", async () => {
  await using tm = await start(`web: {${SLEEP}}`);
  const { pid } = await tm.next("web", "running");
  assert.match(await ask(tm, "plan"), /^nothing changes; 1 process left alone\n$/);
  await tm.rewriteConfig(`
    web: {${SLEEP}, stoptime: 3}
    db: {${SLEEP}}
  `);
  const changes = "+ db: added, start\n~ web: updated in place: stoptime\n0 processes left alone\n";
  const future = 'nothing was changed; "reload" applies this\n';
  assert.equal(await ask(tm, "plan"), changes + future);
  assert.deepEqual(tm.childrenOf(), [pid]);
  assert.equal(await ask(tm, "reload"), changes);
  const db = await tm.next("db", "running");
  assert.deepEqual(tm.childrenOf(), [pid, db.pid].sort((a, b) => a - b));
  await tm.rewriteConfig(`web: {${SLEEP}, stopsignl: TERM}`);
  for (const verb of ["plan", "reload"]) {
    const text = await ask(tm, verb);
    assert.match(text, /conf\.yaml:\d+:\d+: error: unknown key "stopsignl" in programs\.web\n/);
    assert.match(text, /\n1 problem: 1 error\nnothing was changed\n$/);
  }
  assert.equal(tm.childrenOf().length, 2);
  await tm.end();
});
