/** `attach` as a person uses it: the real program, real children, a real terminal. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { isAlive, processesOf } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { ask, KEYS, prompt, type } from "../support/taskmaster_shell.ts";

const DETACH = "\x1dd";
const BASH = `cmd: bash --norc -i, tty: true, stopsignal: HUP, starttime: 0, env: {PS1: "ready> "}`;
const READY = /(^|\n)ready>$/;

function start(programs: string, rows = 24, cols = 80): Promise<Taskmaster> {
  return startTaskmaster({ programs, stdin: "pty", terminal: { rows, cols } });
}

/** Types it to the shell, and waits until the program's prompt is there. */
async function attach(tm: Taskmaster, words = "web", isReady = READY): Promise<void> {
  await type(tm, `attach ${words}`);
  await tm.pty.waitFor(isReady);
}

async function detach(tm: Taskmaster): Promise<void> {
  tm.pty.write(DETACH);
  await tm.pty.waitFor(/detached from \S+, which goes on\ntaskmaster>$/);
}

for (const [rows, cols] of [[24, 80], [60, 200]] as const) {
  Deno.test(`attach in ${cols}x${rows}: keys go through, and all is as it was when one comes back`, async () => {
    await using tm = await start(`web: {${BASH}}`, rows, cols);
    const { pid } = await tm.next("web", "running");
    await attach(tm);
    tm.pty.write("x=kept; stty size\r");
    await tm.pty.waitFor(new RegExp(`\n${rows} ${cols}\n`));
    await detach(tm);
    assert.match(await ask(tm, "pid web"), new RegExp(`^${pid}$`, "m"));
    await attach(tm, "web", new RegExp(`^${rows} ${cols}\nready>$`, "m"));
    tm.pty.write("echo $x $x\r");
    await tm.pty.waitFor(/^kept kept$/m);
    await detach(tm);
    await tm.end();
    assert.match(tm.output("web"), /kept kept\r\n/);
  });
}

Deno.test("Ctrl-C and Ctrl-Z go to the program, not to taskmaster", async () => {
  await using tm = await start(`web: {${BASH}}`);
  const { pid } = await tm.next("web", "running");
  await attach(tm);
  tm.pty.write("sh -c 'echo o''ne; exec sleep 1001'\r");
  await tm.pty.waitFor(/^one$/m);
  tm.pty.write(KEYS.ctrlC);
  await tm.pty.waitFor(/\^C\nready>$/);
  tm.pty.write("sh -c 'echo t''wo; exec sleep 1002'\r");
  await tm.pty.waitFor(/^two$/m);
  tm.pty.write(KEYS.ctrlZ);
  await tm.pty.waitFor(/Stopped +sh .*\nready>$/);
  await detach(tm);
  await tm.end();
  assert.deepEqual(processesOf({ session: pid }), []);
});

Deno.test("vi is found as it was left, and the shell's screen comes back", async () => {
  await using tm = await start(`
    web: {cmd: [vi, -u, NONE, --cmd, set noswapfile], tty: true, starttime: 0, stopsignal: HUP}
  `);
  await tm.next("web", "running");
  await type(tm, "attach web");
  await tm.pty.waitFor(/^~$/m);
  tm.pty.write("ihello there");
  await tm.pty.waitFor(/^hello there$/m);
  await detach(tm);
  assert.doesNotMatch(tm.pty.screen().text(), /^~ *$/m);
  await attach(tm, "web", /^hello there\n~ *$/m);
  tm.pty.write("!\x1b");
  await tm.pty.waitFor(/^hello there!$/m);
  await detach(tm);
  await tm.end();
});

Deno.test("a password is asked for without an echo", async () => {
  const script =
    'stty -echo; printf "Password: "; read x; stty echo; echo; echo "got <$x>"; read y';
  await using tm = await start(`web: {cmd: ${shell(script)}, tty: true, starttime: 0}`);
  await tm.next("web", "running");
  await attach(tm, "web", /Password:$/);
  tm.pty.write("secret\r");
  await tm.pty.waitFor(/Password: *\ngot <secret>$/);
  await detach(tm);
  await tm.end();
});

Deno.test("a restart while attached: the viewer stays and uses the new one", async () => {
  await using tm = await start(`web: {${BASH}, autorestart: always}`);
  const { pid } = await tm.next("web", "running");
  await attach(tm);
  Deno.kill(pid, "SIGKILL");
  const again = await tm.next("web", "started", { after: (await tm.next("web", "exited")).seq });
  await tm.pty.waitFor(/\[web exited signal=KILL [^]*\[web started [^]*\nready>$/);
  tm.pty.write("echo $$\r");
  await tm.pty.waitFor(new RegExp(`^${again.pid}$`, "m"));
  await detach(tm);
  await tm.end();
});

Deno.test("the end of the process ends the use of its terminal, with its last words", async () => {
  await using tm = await start(`web: {${BASH}}`);
  await tm.next("web", "running");
  await attach(tm);
  tm.pty.write("printf '\\033[?1049hin\\033[?25lside'; echo last words; exit\r");
  await tm.pty.waitFor(/web does not run any more\ntaskmaster>$/);
  assert.match(await ask(tm, "status web"), /EXITED/);
  assert.ok(tm.pty.raw.includes("last words"));
  await tm.end();
});

Deno.test("what is not running cannot be attached", async () => {
  await using tm = await start(`
    web: {${BASH}, autostart: false}
    many: {${BASH}, numprocs: 2}
  `);
  assert.match(await ask(tm, "attach web"), /^web: ERROR \(not running\)$/m);
  assert.match(await ask(tm, "attach wep"), /no such process; did you mean "web"\?/);
  assert.match(await ask(tm, "attach many"), /2 processes; name one, such as many:0/);
  assert.match(await ask(tm, "attach --detach-keys x-y web"), /"x-y" in "x-y" is no key/);
  await tm.end();
});

Deno.test("events that came meanwhile are shown when the terminal is back", async () => {
  await using tm = await start(`
    web: {${BASH}}
    db: {cmd: sleep 1000, starttime: 0}
  `);
  await tm.next("web", "running");
  const { pid } = await tm.next("db", "running");
  await attach(tm);
  Deno.kill(pid, "SIGKILL");
  await tm.next("db", "exited");
  tm.pty.write("echo here\r");
  await tm.pty.waitFor(/^here\nready>$/m);
  assert.doesNotMatch(tm.pty.screen().text(), /db exited/);
  tm.pty.write(DETACH);
  await tm.pty.waitFor(/db exited signal=KILL/);
  await tm.end();
});

Deno.test("the program follows the size of the terminal, unless it is told not to", async () => {
  await using tm = await start(`web: {${BASH}}`);
  await tm.next("web", "running");
  await attach(tm, "--no-resize web");
  tm.pty.resize(30, 100);
  tm.pty.write("stty size\r");
  await tm.pty.waitFor(/^24 80$/m);
  await detach(tm);
  await attach(tm);
  tm.pty.resize(40, 120);
  const resized = /^40 120$/m;
  tm.pty.write("until [ \"$(stty size)\" = '40 120' ]; do :; done; stty size\r");
  await tm.pty.waitFor(resized);
  await detach(tm);
  await tm.end();
});

Deno.test("other keys to leave with; a viewer that only reads", async () => {
  await using tm = await start(`web: {cmd: cat, tty: true, starttime: 0}`);
  await tm.next("web", "running");
  await type(tm, "attach --detach-keys ctrl-p,q web");
  // What is typed before the program's screen is there may still be a line for the shell.
  await tm.pty.waitFor(({ raw }) => raw.includes("\x1b[2J"));
  tm.pty.write(`a${DETACH}\r`);
  await tm.pty.waitFor(/\nad$/);
  tm.pty.write("\x10q");
  await tm.pty.waitFor(/detached from web/);
  await attach(tm, "--read-only web", /\nad$/);
  const before = tm.output("web");
  tm.pty.write("nothing\r");
  await detach(tm);
  assert.equal(tm.output("web"), before);
  await tm.end();
});

Deno.test("a process without a terminal is followed, and takes no keys", async () => {
  const script = "echo to stdout; echo to stderr >&2; exec sleep 1000";
  await using tm = await start(`web: {cmd: ${shell(script)}, starttime: 0}`, 24, 120);
  await tm.next("web", "running");
  await type(tm, "attach web");
  await tm.pty.waitFor(/to stdout/);
  await tm.pty.waitFor(/to stderr/);
  await tm.pty.waitFor(/web has no terminal: its program does not say "tty: true"/);
  tm.pty.write("x");
  await tm.pty.waitFor(/what you type goes nowhere/);
  tm.pty.write(KEYS.ctrlC);
  await prompt(tm);
  await tm.end();
});

Deno.test("taskmaster outlives the loss of the terminal that a program is attached to", async () => {
  await using tm = await start(`web: {${BASH}}`);
  const { pid } = await tm.next("web", "running");
  await attach(tm);
  await tm.pty.hangUp();
  await tm.until(() =>
    tm.log.some((record) => record.kind === "note" && /terminal is gone/.test(record.message))
  );
  assert.ok(isAlive(pid));
  tm.signal("SIGTERM");
  await tm.ended();
  assert.deepEqual(tm.place.processes(), []);
});

Deno.test("a shutdown while attached gives the terminal back as it was", async () => {
  const after = '"$@"; echo "after: $(stty -a | tr "\\n" " ")"; exec sleep 1000';
  await using tm = await startTaskmaster({
    programs: `web: {${BASH}}`,
    stdin: "pty",
    terminal: { rows: 24, cols: 300 },
    prefix: ["/bin/sh", "-c", after, "sh"],
  });
  await tm.next("web", "running");
  await attach(tm);
  tm.pty.write("printf '\\033[?1049h\\033[?25l\\033[?1000h'\r");
  await tm.pty.waitFor(({ raw }) => raw.includes("\x1b[?1000h"));
  Deno.kill((await tm.next(null, "supervisor_started")).pid, "SIGTERM");
  await tm.pty.waitFor(({ raw }) => /after: [^\n]*\n/.test(raw));
  const [, modes = ""] = /after: ([^\n]*)/.exec(tm.pty.raw) ?? [];
  for (const mode of ["icanon", "isig", "echo", "opost", "onlcr", "icrnl", "ixon"]) {
    assert.match(modes, new RegExp(`(^|[ ;])${mode}($|[ ;])`));
  }
  const { raw } = tm.pty;
  for (const off of ["\x1b[?1049l", "\x1b[?25h"]) {
    assert.ok(raw.lastIndexOf(off) > raw.lastIndexOf("\x1b[?25l"), JSON.stringify(off));
  }
});
