/** Keys in the control shell of the real program. */
import assert from "node:assert/strict";
import { IGNORES_TERM } from "../programs/commands.ts";
import { isAlive } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { ask, KEYS, prompt, type } from "../support/taskmaster_shell.ts";

const WEB = "web: {cmd: sleep 1000, numprocs: 2, starttime: 0}";

async function start(programs: string): Promise<Taskmaster> {
  return await startTaskmaster({ programs, stdin: "pty", terminal: { rows: 40, cols: 120 } });
}

/** Each key on its own: several in one read are a paste, in which Tab is a blank. */
async function complete(tm: Taskmaster, typed: string, becomes: RegExp): Promise<void> {
  await prompt(tm);
  const { length } = tm.pty.raw;
  tm.pty.write(typed);
  await tm.pty.waitFor(({ screen }) => screen.lastLine().endsWith(typed));
  tm.pty.write(KEYS.tab);
  let rang = false;
  await tm.pty.waitFor(({ screen, raw }) => {
    rang = raw.slice(length).includes("\x07");
    return rang || becomes.test(screen.text());
  });
  if (rang) tm.pty.write(KEYS.tab); // there is a choice, which the second Tab lists
  await tm.pty.waitFor(becomes);
  tm.pty.write(KEYS.ctrlU);
}

Deno.test("Tab completes verbs, options, signals, levels and the names of processes", async () => {
  await using tm = await start(`
    ${WEB}
    worker: {cmd: sleep 1000, autostart: false}
    db: {cmd: sleep 1000, autostart: false}
  `);
  await tm.next("web:1", "running");
  await ask(tm, "log off");
  await complete(tm, "stat", /^taskmaster> status$/m);
  await complete(tm, "status --j", /^taskmaster> status --json$/m);
  await complete(tm, "restart d", /^taskmaster> restart db$/m);
  await complete(tm, "stop web:1", /^taskmaster> stop web:1$/m);
  await complete(tm, "stop web:", /^web:0 +web:1\ntaskmaster> stop web:$/m);
  await complete(tm, "start w", /^web +worker\ntaskmaster> start w$/m);
  await complete(tm, "signal SIGUSR", /^SIGUSR1 +SIGUSR2\ntaskmaster> signal SIGUSR$/m);
  await complete(tm, "log wa", /^taskmaster> log warn$/m);
  await complete(tm, "help shut", /^taskmaster> help shutdown$/m);
  // What was completed can be run.
  await prompt(tm);
  tm.pty.write("stop web:1");
  await tm.pty.waitFor(/> stop web:1$/);
  tm.pty.write(KEYS.tab);
  tm.pty.write(KEYS.enter);
  await tm.next("web:1", "stopped");
  await tm.end();
});

Deno.test("events appear above the prompt and leave a half typed line alone", async () => {
  await using tm = await start(WEB);
  const { pid } = await tm.next("web:1", "running");
  await prompt(tm);
  tm.pty.write("stat");
  await tm.pty.waitFor(/\ntaskmaster> stat$/);
  Deno.kill(pid, "SIGKILL");
  await tm.pty.waitFor(/^web:1 exited signal=KILL unexpected.*\n(.*\n)*taskmaster> stat$/m);
  await tm.pty.waitFor(/^web:1 started pid=\d+ by=autorestart\ntaskmaster> stat$/m);
  tm.pty.write("us web:1\r");
  await tm.pty.waitFor(/^taskmaster> status web:1\nweb:1 +RUNNING +pid \d+, uptime .*\ntask/m);
  await tm.end();
});

Deno.test("Ctrl-C clears the line; nothing of it is run", async () => {
  await using tm = await start(WEB);
  await tm.next("web:1", "running");
  await prompt(tm);
  tm.pty.write("stop all");
  await tm.pty.waitFor(/> stop all$/);
  tm.pty.write(KEYS.ctrlC);
  await tm.pty.waitFor(/> stop all\^C\ntaskmaster>$/);
  tm.pty.write(KEYS.enter);
  await prompt(tm);
  assert.match(await ask(tm, "version"), /^taskmaster \d/);
  assert.equal(tm.childrenOf().length, 2);
  await tm.end();
});

Deno.test("Ctrl-D asks: n stays, y stops everything and ends with exit code 0", async () => {
  await using tm = await start(WEB);
  await tm.next("web:1", "running");
  for (const answer of ["n\r", "\r", KEYS.ctrlC]) {
    await prompt(tm);
    tm.pty.write(KEYS.ctrlD);
    await tm.pty.waitFor(/^This stops web:0 and web:1\. Shut down\? \[y\/N\]$/m);
    tm.pty.write(answer);
    await prompt(tm);
    assert.equal(tm.childrenOf().length, 2);
    assert.equal((await ask(tm, "pid web")).trimEnd().split("\n").length, 2);
  }
  const { length } = tm.pty.raw;
  tm.pty.write(KEYS.ctrlD);
  await tm.pty.waitFor(({ raw }) => raw.slice(length).includes("Shut down? [y/N]"));
  tm.pty.write("y\r");
  assert.equal(await tm.ended(), 0);
  assert.deepEqual(tm.place.processes(), []);
  await tm.pty.waitFor(/^stopping web:0 and web:1 …$/m);
  assert.equal(tm.log.at(-1)?.kind, "supervisor_stopped");
});

Deno.test("quit -y and shutdown -y do not ask; with nothing running nobody asks", async () => {
  for (const line of ["quit -y", "shutdown --yes", "exit -y"]) {
    await using tm = await start(WEB);
    await tm.next("web:1", "running");
    await type(tm, line);
    assert.equal(await tm.ended(), 0);
    assert.deepEqual(tm.place.processes(), []);
  }
  await using idle = await start("web: {cmd: sleep 1000, autostart: false}");
  await type(idle, "quit");
  assert.equal(await idle.ended(), 0);
});

Deno.test("Ctrl-C during a long stop ends the waiting, not the stop", async () => {
  await using tm = await start(`stubborn: {cmd: ${IGNORES_TERM}, starttime: 0, stoptime: 1.5}`);
  const { pid } = await tm.next("stubborn", "started");
  await tm.until(() => tm.output("stubborn").includes("ready"));
  await type(tm, "stop stubborn");
  await tm.next("stubborn", "stopping");
  tm.pty.write(KEYS.ctrlC);
  await tm.pty.waitFor(/^no longer waiting; the stop goes on\ntaskmaster>$/m);
  assert.match(await ask(tm, "status"), /^stubborn +STOPPING +pid \d+\n/);
  assert.ok(isAlive(pid));
  await tm.waitFor([["stubborn", "killing"], ["stubborn", "stopped"]]);
  assert.equal(isAlive(pid), false);
  await tm.end();
});

Deno.test("the history is kept between two sessions, for nobody else to read", async () => {
  const programs = "web: {cmd: sleep 1000, autostart: false}";
  await using tm = await start(programs);
  await ask(tm, "version");
  await ask(tm, "status web");
  await type(tm, "quit");
  assert.equal(await tm.ended(), 0);
  const { mode } = await Deno.stat(`${tm.place.stateDir}/history`);
  assert.equal((mode ?? 0) & 0o777, 0o600);
  await using again = await startTaskmaster({ programs, place: tm.place, stdin: "pty" });
  await prompt(again);
  for (const line of ["quit", "status web", "version"]) {
    again.pty.write(KEYS.up);
    await again.pty.waitFor(new RegExp(`\ntaskmaster> ${line}$`));
  }
  again.pty.write(KEYS.enter);
  await again.pty.waitFor(/> version\ntaskmaster \d+\.\d+\.\d+\ntaskmaster>$/);
  await again.end();
});
