/** Programs with a terminal, and the end of the taskmaster that started them. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { isAlive, processesOf, statOf } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { crash, startAgain } from "../support/taskmaster_crash.ts";
import { isRoot, type Place } from "../support/taskmaster_place.ts";
import { ask, prompt, type } from "../support/taskmaster_shell.ts";

const SHELL = { stdin: "pty", terminal: { rows: 30, cols: 100 } } as const;
const BASH = `cmd: bash --norc -i, tty: true, stopsignal: HUP, starttime: 0, env: {PS1: "ready> "}`;
const READY = /(^|\n)ready>$/;
const COUNTS = shell("stty -onlcr; i=0; while :; do i=$((i+1)); echo $i; sleep 0.005; done");

async function attach(tm: Taskmaster, isReady = READY): Promise<void> {
  await type(tm, "attach web");
  await tm.pty.waitFor(isReady);
}

async function detach(tm: Taskmaster): Promise<void> {
  tm.pty.write("\x1dd");
  await prompt(tm);
}

/** What holds terminals, with all it has started. */
function holders(place: Place): number[] {
  return place.processes().map(({ pid }) => pid).filter((pid) => {
    const leader = statOf(pid)?.session;
    return leader !== undefined && /-terminal-holder/.test(commandLine(leader));
  });
}

function commandLine(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`);
  } catch {
    return "";
  }
}

function files(place: Place): string[] {
  return Array.from(Deno.readDirSync(`${place.stateDir}/tty`), ({ name }) => name);
}

Deno.test("a terminal outlives a kill -9: the same shell, its screen, and keys go through", async () => {
  await using tm = await startTaskmaster({ programs: `web: {${BASH}}`, ...SHELL });
  const { pid } = await tm.next("web", "running");
  await attach(tm);
  tm.pty.write("x=kept; echo be''fore\r");
  await tm.pty.waitFor(/^before$/m);
  await crash(tm);
  await using next = await startAgain(tm, SHELL);
  assert.equal((await next.next("web", "adopted")).pid, pid);
  await attach(next, /^before\nready>$/m);
  next.pty.write("echo $x $x; stty size\r");
  await next.pty.waitFor(/^kept kept\n30 100$/m);
  await detach(next);
  await next.end();
  assert.ok(!isAlive(pid));
  assert.deepEqual(files(tm.place), []);
});

Deno.test("nothing that a program writes to its terminal is lost by a kill -9", async () => {
  await using tm = await startTaskmaster({ programs: `web: {cmd: ${COUNTS}, tty: true}` });
  await tm.next("web", "running");
  let last: Taskmaster = tm;
  for (let round = 0; round < 3; round++) {
    const before = last.output("web").length;
    await last.until(() => last.output("web").length > before + 100);
    await crash(last);
    if (last !== tm) await last[Symbol.asyncDispose]();
    last = await startAgain(tm);
    await last.next("web", "adopted");
  }
  await last.end();
  await last[Symbol.asyncDispose]();
  const lines = tm.output("web").split("\n").slice(0, -1);
  assert.deepEqual(lines, lines.map((_, index) => String(index + 1)));
});

Deno.test("a program that ends while taskmaster is dead leaves its last words, and no holder", async () => {
  const script = shell('echo ready; read x; echo "last words"');
  await using tm = await startTaskmaster({
    programs: `web: {cmd: ${script}, tty: true, starttime: 0, autorestart: never}`,
    ...SHELL,
  });
  const { pid } = await tm.next("web", "running");
  await attach(tm, /ready$/);
  await crash(tm);
  const [keys] = files(tm.place);
  await Deno.writeTextFile(`${tm.place.stateDir}/tty/${keys}`, "x\n");
  await tm.until(() => !isAlive(pid) && holders(tm.place).length === 0);
  await using next = await startAgain(tm, SHELL);
  await next.next("web", "exited");
  await next.until(() => /last words\r\n$/.test(next.output("web")));
  assert.match(await ask(next, "attach web"), /not running/);
  await next.end();
});

Deno.test("what holds the terminal of a program that is gone is ended at the next start", async () => {
  // Somebody who has left the session keeps the terminal open, and is not ours to be seen.
  const script = shell('setsid env -i sh -c "echo \\$\\$; exec sleep 1000" & exec sleep 1001');
  await using tm = await startTaskmaster({
    programs: `web: {cmd: ${script}, tty: true, starttime: 0, autorestart: never}`,
  });
  const { pid } = await tm.next("web", "running");
  const stranger = Number(await tm.until(() => /^\d+(?=\r\n)/.exec(tm.output("web"))?.[0]));
  await crash(tm);
  Deno.kill(pid, "SIGKILL");
  await tm.until(() => !isAlive(pid));
  assert.notDeepEqual(holders(tm.place), []);
  await using next = await startAgain(tm);
  await next.next("web", "exited");
  await next.until(() => holders(tm.place).length === 0);
  await next.until(() => files(tm.place).length === 0);
  Deno.kill(stranger, "SIGKILL");
  await next.end();
});

Deno.test("killing what holds its terminal hangs a program up, which is started again", async () => {
  await using tm = await startTaskmaster({
    programs: `web: {${BASH}, autorestart: always}`,
    ...SHELL,
  });
  await tm.next("web", "running");
  for (const pid of holders(tm.place)) Deno.kill(pid, "SIGKILL");
  const exited = await tm.next("web", "exited");
  await tm.next("web", "running", { after: exited.seq });
  await attach(tm);
  await detach(tm);
  await tm.end();
});

Deno.test("an upgrade keeps terminals", async () => {
  await using tm = await startTaskmaster({
    programs: `web: {${BASH}}`,
    ...SHELL,
    // Somebody who was root first cannot load the modules again from root's cache.
    ...(isRoot ? { as: "nobody" as const } : {}),
  });
  const { pid } = await tm.next("web", "running");
  await attach(tm);
  tm.pty.write("x=kept\r");
  await detach(tm);
  await type(tm, "upgrade");
  await tm.next("web", "adopted", { limitMs: 40_000 });
  await prompt(tm);
  await attach(tm, /x=kept\nready>$/);
  tm.pty.write("echo $x $x\r");
  await tm.pty.waitFor(/^kept kept$/m);
  await detach(tm);
  assert.match(await ask(tm, "pid web"), new RegExp(`^${pid}$`, "m"));
  await tm.end();
});

Deno.test("a reload gives a program a terminal, and takes it away", async () => {
  await using tm = await startTaskmaster({ programs: "web: {cmd: sleep 1000, starttime: 0}" });
  const reload = async (programs: string) => {
    const after = tm.now;
    await tm.rewriteConfig(programs);
    tm.signal("SIGHUP");
    return (await tm.next("web", "started", { after })).pid;
  };
  await tm.next("web", "running");
  const terminalOf = (pid: number) => Deno.readLinkSync(`/proc/${pid}/fd/0`);
  const first = await reload("web: {cmd: sleep 1000, tty: true, starttime: 0}");
  await tm.until(() => /^\/dev\/pts\//.test(terminalOf(first)));
  const second = await reload("web: {cmd: sleep 1000, tty: false, starttime: 0}");
  assert.doesNotMatch(terminalOf(second), /pts/);
  await tm.until(() => holders(tm.place).length === 0);
  await tm.end();
});

Deno.test("stopping a shell leaves nothing of its session, jobs in the background and stopped ones", async () => {
  await using tm = await startTaskmaster({ programs: `web: {${BASH}}`, ...SHELL });
  const { pid } = await tm.next("web", "running");
  await attach(tm);
  tm.pty.write("sleep 1001 & (trap '' HUP; sleep 1002) & sh -c 'echo u''p; exec sleep 1003'\r");
  await tm.pty.waitFor(/^up$/m);
  await tm.until(() => processesOf({ session: pid }).length === 4);
  tm.pty.write("\x1a");
  await tm.pty.waitFor(/Stopped +sh .*\nready>$/);
  await detach(tm);
  // One of them ignores HUP: it is there until SIGKILL.
  await tm.rewriteConfig(`web: {${BASH}, stoptime: 0.5}`);
  tm.signal("SIGHUP");
  await tm.next(null, "reloaded");
  await ask(tm, "stop web");
  assert.deepEqual(processesOf({ session: pid }), []);
  assert.match(await ask(tm, "status web"), /STOPPED/);
  await tm.end();
});

Deno.test("after shutdown --leave-running a program keeps its terminal", async () => {
  await using tm = await startTaskmaster({ programs: `web: {${BASH}}`, ...SHELL });
  const { pid } = await tm.next("web", "running");
  await type(tm, "shutdown --leave-running");
  assert.equal(await tm.ended(), 0);
  assert.ok(isAlive(pid));
  await using next = await startAgain(tm, SHELL);
  await next.next("web", "adopted");
  await attach(next);
  next.pty.write("echo $$\r");
  await next.pty.waitFor(new RegExp(`^${pid}$`, "m"));
  await detach(next);
  await next.end();
});
