/** `taskmaster shell` in a real terminal: the shell of a taskmaster that runs elsewhere. */
import assert from "node:assert/strict";
import { assertRestored, reportingTerminal } from "../support/left_terminal.ts";
import { isAlive, processesOf } from "../support/proc.ts";
import { type Pty, spawnInPty } from "../support/pty.ts";
import { Daemon, startDaemon } from "../support/taskmaster_daemon.ts";
import { tryKill } from "../support/taskmaster_place.ts";
import { taskmasterCommand } from "../support/taskmaster_run.ts";
import { ask, KEYS, prompt, type } from "../support/taskmaster_shell.ts";

const PROGRAMS = `
  db: {cmd: sleep 1000, starttime: 0}
  web: {cmd: sleep 1000, starttime: 0, numprocs: 2}
`;

/** The shell has come up when its prompt is there. */
async function openShell({ place }: Daemon): Promise<AsyncDisposable & { readonly pty: Pty }> {
  const words = [...taskmasterCommand(), "--socket", place.socket, "shell"];
  const pty = spawnInPty(words, { rows: 40, cols: 300, env: place.env });
  await prompt({ pty });
  return { pty, [Symbol.asyncDispose]: () => pty[Symbol.asyncDispose]() };
}

async function leave({ pty }: { readonly pty: Pty }): Promise<void> {
  pty.write(KEYS.ctrlU);
  await type({ pty }, "quit");
  assert.equal((await pty.status).code, 0);
}

async function start(): Promise<Daemon> {
  const daemon = await Daemon.start({ programs: PROGRAMS });
  await daemon.next("web:1", "running");
  return daemon;
}

Deno.test("the remote shell shows the status, runs verbs and shows events above the prompt", async () => {
  await using daemon = await start();
  await using shell = await openShell(daemon);
  assert.match(shell.pty.screen().text(), /^db +RUNNING .*\nweb:0 +RUNNING .*\nweb:1 +RUNNING /);
  assert.match(await ask(shell, "pid"), new RegExp(`^${daemon.pid}$`, "m"));
  const { pid } = await daemon.next("db", "started");
  assert.match(await ask(shell, "pid db"), new RegExp(`^${pid}$`, "m"));
  assert.match(await ask(shell, "stop web:0"), /^web:0: stopped$/m);
  assert.match(await ask(shell, "start wbe"), /did you mean "web"/);
  assert.match(await ask(shell, "nonsense"), /unknown/);
  // Somebody else's doing, while a line is being typed.
  shell.pty.write("status we");
  await shell.pty.waitFor(/> status we$/);
  assert.equal((await daemon.client("restart", "db")).code, 0);
  await shell.pty.waitFor(/^db started pid=\d+ by=.*\n(.*\n)*taskmaster> status we$/m);
  await leave(shell);
  await daemon.end();
});

Deno.test("Tab completes with names as they are now", async () => {
  await using daemon = await start();
  await using shell = await openShell(daemon);
  await daemon.place.configure(`${PROGRAMS}\n  zebra: {cmd: sleep 1000, starttime: 0}`);
  assert.equal((await daemon.client("reload")).code, 0);
  await daemon.next("zebra", "running");
  await shell.pty.waitFor(/zebra started[^]*taskmaster>$/);
  shell.pty.write("restart ze");
  await shell.pty.waitFor(/> restart ze$/);
  shell.pty.write(KEYS.tab);
  await shell.pty.waitFor(/> restart zebra$/);
  await leave(shell);
  await daemon.end();
});

Deno.test.each([["quit", "quit\r"], ["Ctrl-D", KEYS.ctrlD]])(
  "%s leaves the remote shell, and nothing else",
  async (_name, keys) => {
    await using daemon = await start();
    await using shell = await openShell(daemon);
    const { pid } = await daemon.next("db", "started");
    shell.pty.write(keys!);
    assert.equal((await shell.pty.status).code, 0);
    assert.ok(isAlive(daemon.pid) && isAlive(pid));
    assert.equal((await daemon.client("status")).code, 0);
    await daemon.end();
  },
);

Deno.test("the remote shell says that taskmaster is gone, and goes on when it is back", async () => {
  await using daemon = await start();
  await using shell = await openShell(daemon);
  const { pid } = await daemon.next("db", "started");
  shell.pty.write("pid d");
  await shell.pty.waitFor(/> pid d$/);
  tryKill(daemon.pid, "SIGKILL");
  await shell.pty.waitFor(/^taskmaster has gone away; .*\n(.*\n)*taskmaster> pid d$/m);
  // A verb meanwhile says what is wrong, and the shell stays.
  shell.pty.write("b\r");
  await shell.pty.waitFor(/^taskmaster does not answer on .*\n(.*\n)*taskmaster>$/m);
  const next = await startDaemon(daemon.place);
  await shell.pty.waitFor(/^taskmaster is back\n(.*\n)*taskmaster>$/m);
  assert.match(await ask(shell, "pid"), new RegExp(`^${next}$`, "m"));
  assert.match(await ask(shell, "pid db"), new RegExp(`^${pid}$`, "m"));
  // Events come again as well.
  await type(shell, "restart db");
  await shell.pty.waitFor(/^db started pid=\d+ by=.*$/m);
  await type(shell, "shutdown -y");
  assert.equal((await shell.pty.status).code, 0);
  await daemon.until(() => !isAlive(next));
  assert.deepEqual(daemon.place.processes(), []);
});

Deno.test("shutdown in a remote shell asks, and then ends everything and the shell", async () => {
  await using daemon = await start();
  await using shell = await openShell(daemon);
  await type(shell, "shutdown");
  await shell.pty.waitFor(/This stops db, web:0.* Shut down\?.*$/);
  shell.pty.write("n\r");
  await prompt(shell);
  assert.ok(isAlive(daemon.pid));
  await type(shell, "shutdown");
  await shell.pty.waitFor(/Shut down\?.*$/);
  shell.pty.write("y\r");
  assert.equal((await shell.pty.status).code, 0);
  await daemon.gone();
  assert.deepEqual(daemon.place.processes(), []);
});

const VI =
  "vi: {cmd: [vi, -u, NONE, --cmd, set noswapfile], tty: true, starttime: 0, stopsignal: HUP}";

/** A shell whose end is told by the one that has started it. */
function openReportingShell({ place }: Daemon): Pty {
  const words = reportingTerminal([...taskmasterCommand(), "--socket", place.socket, "shell"]);
  return spawnInPty(words, { rows: 24, cols: 300, env: place.env });
}

Deno.test.each([["SIGTERM"], ["SIGHUP"], ["SIGQUIT"], ["SIGINT"]] as const)(
  "%s ends a remote shell with its terminal as it was, attached or not",
  async (signal) => {
    await using daemon = await Daemon.start({ programs: `  ${VI}\n` });
    const { pid } = await daemon.next("vi", "running");
    for (const isAttached of [false, true]) {
      await using pty = openReportingShell(daemon);
      await prompt({ pty });
      if (isAttached) {
        pty.write("attach vi\r");
        await pty.waitFor(/^~$/m);
      }
      Deno.kill(processesOf({ parent: pty.pid })[0]!, signal);
      await pty.waitFor(/^code 130$/m);
      await assertRestored(pty);
      if (!isAttached) continue;
      assert.doesNotMatch(pty.screen().text(), /^~ *$/m);
      assert.ok(pty.raw.lastIndexOf("\x1b[?1l") > pty.raw.lastIndexOf("\x1b[?1h"));
    }
    assert.ok(isAlive(pid));
    await daemon.end();
  },
);

Deno.test("a signal ends a remote shell whose taskmaster does not answer", async () => {
  await using daemon = await start();
  await using pty = openReportingShell(daemon);
  await prompt({ pty });
  Deno.kill(daemon.pid, "SIGSTOP");
  try {
    pty.write("status\r");
    await pty.waitFor(/> status$/m);
    Deno.kill(processesOf({ parent: pty.pid })[0]!, "SIGTERM");
    await pty.waitFor(/^code 130$/m);
    await assertRestored(pty);
  } finally {
    Deno.kill(daemon.pid, "SIGCONT");
  }
  await daemon.end();
});

Deno.test("a shell without a taskmaster ends with code 6", async () => {
  await using daemon = await start();
  await daemon.end();
  const words = [...taskmasterCommand(), "--socket", daemon.place.socket, "shell"];
  await using pty = spawnInPty(words, { cols: 200, env: daemon.place.env });
  assert.equal((await pty.status).code, 6);
  await pty.waitFor(/^taskmaster: taskmaster does not answer on /);
});
