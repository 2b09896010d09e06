/** The real program on terminals that are strange, change, or go away. */
import assert from "node:assert/strict";
import { isAlive, statOf } from "../support/proc.ts";
import { childrenOf, startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { ask, KEYS, prompt, type } from "../support/taskmaster_shell.ts";

const WEB = "web: {cmd: sleep 1000, numprocs: 2, starttime: 0}";

Deno.test("a terminal that changes its size keeps the line and the prompt right", async () => {
  await using tm = await startTaskmaster({ programs: WEB, stdin: "pty" });
  await tm.next("web:1", "running");
  await prompt(tm);
  tm.pty.write("status web:0 web:1 web:0 web:1");
  await tm.pty.waitFor(/> status web:0 web:1 web:0 web:1$/);
  tm.pty.resize(24, 30);
  tm.pty.write(" web:0");
  await tm.pty.waitFor(({ screen }) =>
    screen.text().replaceAll("\n", "").endsWith("> status web:0 web:1 web:0 web:1 web:0")
  );
  tm.pty.resize(24, 100);
  tm.pty.write(" web:1\r");
  await tm.pty.waitFor(/^web:0 +RUNNING.*\nweb:1 +RUNNING.*\ntaskmaster>$/m);
  await tm.end();
});

Deno.test.each<[string, number, number, string]>([
  ["of no columns", 0, 0, "xterm"],
  ["of five columns", 5, 24, "xterm"],
  ["that is dumb", 80, 24, "dumb"],
  ["that has no name", 80, 24, ""],
])("on a terminal %s the shell works all the same", async (_name, cols, rows, term) => {
  await using tm = await startTaskmaster({
    programs: WEB,
    stdin: "pty",
    terminal: { rows, cols },
    env: { TERM: term },
  });
  const { pid } = await tm.next("web:1", "running");
  await tm.pty.waitFor(({ raw }) => raw.includes("taskmaster> "));
  if (term !== "xterm") {
    // An event that comes while a line is on its way leaves its prompt in front of the answer.
    await tm.pty.waitFor(({ raw }) => /web:1 started[^\n]*\r\ntaskmaster> $/.test(raw));
  }
  tm.pty.write("pid web:1\r");
  await tm.pty.waitFor(({ raw }) => raw.includes(`\n${pid}\r\n`));
  tm.pty.write("stop web:1\r");
  await tm.next("web:1", "stopped");
  if (term !== "xterm") assert.ok(!tm.pty.raw.includes("\x1b"), tm.pty.describe());
  await tm.end();
});

Deno.test("when the terminal disappears it goes on without a shell until SIGTERM", async () => {
  await using tm = await startTaskmaster({ programs: WEB, stdin: "pty" });
  const first = await tm.next("web:0", "running");
  const second = await tm.next("web:1", "running");
  await prompt(tm);
  tm.pty.write("half typed");
  await tm.pty.waitFor(/> half typed$/);
  await tm.pty.hangUp();
  const note = await tm.next(null, "note");
  assert.match(note.message, /^the terminal is gone; taskmaster goes on without a shell$/);
  assert.deepEqual(tm.childrenOf(), [first.pid, second.pid].sort((a, b) => a - b));
  // It was the end of the terminal, not a request to reload; and it still supervises.
  assert.equal(tm.log.some(({ kind }) => kind === "reloaded"), false);
  Deno.kill(first.pid, "SIGKILL");
  const again = await tm.next("web:0", "started", { after: note.seq });
  assert.deepEqual(tm.childrenOf(), [second.pid, again.pid].sort((a, b) => a - b));
  await tm.end();
});

/** An interactive bash with the command line of taskmaster in a variable; not started yet. */
async function inBash(programs: string): Promise<Taskmaster> {
  const bash = "exec bash --norc --noprofile --noediting -i";
  const tm = await startTaskmaster({
    programs,
    stdin: "pty",
    terminal: { rows: 40, cols: 300 },
    prefix: ["sh", "-c", `TASKMASTER="$*"; export TASKMASTER; ${bash}`, "sh"],
    env: { PS1: "bash> " },
  });
  await tm.pty.waitFor(/^bash>$/m);
  tm.pty.write('eval "$TASKMASTER"\r');
  return tm;
}

Deno.test("Ctrl-Z suspends it, its programs go on, and fg brings back the line", async () => {
  await using tm = await inBash(WEB);
  const { pid } = await tm.next(null, "supervisor_started");
  await tm.next("web:1", "running");
  const children = childrenOf(pid);
  await prompt(tm);
  tm.pty.write("pid we");
  await tm.pty.waitFor(/> pid we$/);
  tm.pty.write(KEYS.ctrlZ);
  await tm.pty.waitFor(/^taskmaster is suspended: programs go on, .*\n(.*\n)*.*Stopped.*\nbash>$/m);
  assert.equal(statOf(pid)?.state, "T");
  assert.deepEqual(children.filter(isAlive), children);
  for (const child of children) assert.notEqual(statOf(child)?.state, "T");
  // What happens meanwhile is dealt with when it is back.
  Deno.kill(children[0]!, "SIGKILL");
  tm.pty.write("fg\r");
  await tm.pty.waitFor(/^taskmaster> pid we$/m);
  const [exited, started] = await tm.waitFor([["web:0", "exited"], ["web:0", "started"]]);
  assert.ok(exited?.kind === "exited" && exited.pid === children[0]);
  assert.ok(started?.kind === "started" && isAlive(started.pid));
  await tm.pty.waitFor(/ taskmaster> pid we$|^taskmaster> pid we$/m);
  tm.pty.write(KEYS.ctrlU);
  assert.equal(await ask(tm, "pid web:1"), `${children[1]}\n`);
  await type(tm, "quit -y");
  await tm.pty.waitFor(/\nbash>$/);
  assert.equal(tm.log.at(-1)?.kind, "supervisor_stopped");
  assert.equal(isAlive(pid), false);
});

Deno.test("Ctrl-C typed into a taskmaster that is under the shell does not end it", async () => {
  await using tm = await inBash(WEB);
  const { pid } = await tm.next(null, "supervisor_started");
  await tm.next("web:1", "running");
  await prompt(tm);
  tm.pty.write(KEYS.ctrlC);
  await tm.pty.waitFor(/> ?\^C\ntaskmaster>$/);
  assert.ok(isAlive(pid));
  await type(tm, "shutdown -y");
  await tm.pty.waitFor(/\nbash>$/);
  // The terminal is as bash wants it: what is typed shows, and Enter runs it.
  tm.pty.write("echo code=$?\r");
  await tm.pty.waitFor(/^bash> echo code=\$\?\ncode=0\nbash>$/m);
});
