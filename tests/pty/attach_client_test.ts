/** `taskmaster attach NAME`: the terminal of a run that carries out one verb. */
import assert from "node:assert/strict";
import xterm from "@xterm/headless";
import { shell } from "../programs/commands.ts";
import { processesOf } from "../support/proc.ts";
import { assertRestored, reportingTerminal } from "../support/left_terminal.ts";
import { type Pty, spawnInPty } from "../support/pty.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { isRoot } from "../support/taskmaster_place.ts";
import { taskmasterCommand } from "../support/taskmaster_run.ts";

const PROGRAM = shell("echo to stdout; echo to stderr >&2; exec sleep 1000");

const BASH = `cmd: bash --norc -i, tty: true, stopsignal: HUP, starttime: 0, env: {PS1: "ready> "}`;
const READY = /(^|\n)ready>$/;
const DETACH = "\x1dd";

/** Says how the terminal was left. */
function attach(tm: Taskmaster, ...options: string[]): Pty {
  const words = [...taskmasterCommand(), "attach", "-c", tm.place.config, ...options, "web"];
  return spawnInPty(reportingTerminal(words), { rows: 24, cols: 200, env: tm.place.env });
}

Deno.test("outside of a shell attach leaves the terminal as it was", async () => {
  await using tm = await startTaskmaster({ programs: `web: {cmd: ${PROGRAM}, starttime: 0}` });
  await tm.next("web", "running");
  await using pty = attach(tm);
  await pty.waitFor(/to stdout/);
  await pty.waitFor(/to stderr/);
  pty.write("\x1dd");
  await pty.waitFor(/^code 0$/m);
  await assertRestored(pty);
  await tm.end();
});

Deno.test.each([["SIGTERM"], ["SIGHUP"], ["SIGQUIT"]] as const)(
  "a client that is ended by %s leaves the terminal as it was",
  async (signal) => {
    await using tm = await startTaskmaster({ programs: `web: {cmd: ${PROGRAM}, starttime: 0}` });
    await tm.next("web", "running");
    await using pty = attach(tm);
    await pty.waitFor(/to stdout/);
    const [client] = processesOf({ parent: pty.pid });
    Deno.kill(client!, signal);
    await pty.waitFor(/^code 1$/m);
    await assertRestored(pty);
    await tm.end();
  },
);

Deno.test("a client whose taskmaster is killed leaves the terminal as it was", async () => {
  await using tm = await startTaskmaster({ programs: `web: {cmd: ${PROGRAM}, starttime: 0}` });
  await tm.next("web", "running");
  await using pty = attach(tm);
  await pty.waitFor(/to stdout/);
  tm.signal("SIGKILL");
  await pty.waitFor(/taskmaster has gone away/);
  await pty.waitFor(/^code 1$/m);
  await assertRestored(pty);
});

Deno.test("a client uses the terminal of a program, and finds it as it was", async () => {
  await using tm = await startTaskmaster({ programs: `web: {${BASH}}` });
  await tm.next("web", "running");
  {
    await using pty = attach(tm);
    await pty.waitFor(READY);
    pty.write("x=kept; stty size\r");
    await pty.waitFor(/\n24 200\n/);
    pty.write("sleep 1000\r");
    await pty.waitFor(/sleep 1000$/m);
    pty.write("\x03");
    await pty.waitFor(/\^C\nready>$/);
    pty.write(DETACH);
    await pty.waitFor(/detached from web, which goes on\ncode 0$/m);
    await assertRestored(pty);
  }
  await using pty = attach(tm);
  await pty.waitFor(/\^C\nready>$/);
  pty.write("echo $x $x\r");
  await pty.waitFor(/^kept kept$/m);
  pty.write("exit 3\r");
  await pty.waitFor(/\[web started pid=\d+ [^\n]*\]\nready>$/);
  pty.write(DETACH);
  await pty.waitFor(/^code 0$/m);
  await tm.end();
});

Deno.test("a client leaves the window with the title that it had", async () => {
  await using tm = await startTaskmaster({ programs: `web: {${BASH}}` });
  await tm.next("web", "running");
  await using pty = attach(tm);
  await pty.waitFor(READY);
  pty.write("printf '\\033]0;%s\\007' theirs; echo d''one\r");
  await pty.waitFor(/^done$/m);
  pty.write(DETACH);
  await assertRestored(pty);
  const titles: string[] = [];
  const options = { windowOptions: { pushTitle: true, popTitle: true }, allowProposedApi: true };
  const window = new xterm.Terminal(options);
  window.onTitleChange((title) => titles.push(title));
  await new Promise<void>((resolve) => window.write(`\x1b]0;ours\x07${pty.raw}`, resolve));
  assert.deepEqual(titles, ["ours", "theirs", "ours"]);
  await tm.end();
});

Deno.test("a client at a terminal is told when its taskmaster is killed", async () => {
  await using tm = await startTaskmaster({ programs: `web: {${BASH}}` });
  await tm.next("web", "running");
  await using pty = attach(tm);
  await pty.waitFor(READY);
  tm.signal("SIGKILL");
  await pty.waitFor(/taskmaster has ended or was upgraded; web is no longer attached\ncode 1$/m);
  await assertRestored(pty);
});

Deno.test("a client is told when its taskmaster is upgraded, and can come back", async () => {
  // Somebody who was root first cannot load the modules again from the cache of root.
  const as = isRoot ? { as: "nobody" as const } : {};
  await using tm = await startTaskmaster({ programs: `web: {${BASH}}`, ...as });
  await tm.next("web", "running");
  {
    await using pty = attach(tm);
    await pty.waitFor(READY);
    assert.equal((await tm.client("upgrade")).code, 0);
    await pty.waitFor(/taskmaster has ended or was upgraded; web is no longer attached\ncode 1$/m);
    await assertRestored(pty);
  }
  await using pty = attach(tm);
  await pty.waitFor(READY);
  pty.write(DETACH);
  await assertRestored(pty);
  await tm.end();
});

Deno.test("without a terminal a client says what follows the output instead", async () => {
  await using tm = await startTaskmaster({ programs: `web: {cmd: ${PROGRAM}, starttime: 0}` });
  await tm.next("web", "running");
  const { code, stderr } = await tm.client("attach", "web");
  assert.equal(code, 1);
  assert.match(stderr, /^attach needs a terminal .*; "tail -f web" shows what it writes$/m);
  await tm.end();
});

Deno.test("a client may only watch when it says so", async () => {
  await using tm = await startTaskmaster({ programs: `web: {${BASH}}` });
  await tm.next("web", "running");
  await using watcher = attach(tm, "--read-only");
  await watcher.waitFor(READY);
  watcher.write("echo mine\r");
  await using user = attach(tm);
  await user.waitFor(READY);
  user.write("echo y''ours\r");
  await watcher.waitFor(/^yours$/m);
  assert.doesNotMatch(watcher.raw, /mine/);
  for (const pty of [watcher, user]) {
    pty.write(DETACH);
    await pty.waitFor(/^code 0$/m);
    await assertRestored(pty);
  }
  await tm.end();
});
