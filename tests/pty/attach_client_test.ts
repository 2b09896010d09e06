/** `taskmaster attach NAME`: the terminal of a run that carries out one verb. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { processesOf } from "../support/proc.ts";
import { type Pty, spawnInPty } from "../support/pty.ts";
import { startTaskmaster, type Taskmaster, taskmasterCommand } from "../support/taskmaster.ts";

const PROGRAM = shell("echo to stdout; echo to stderr >&2; exec sleep 1000");

/** Says how the terminal was left. */
function attach(tm: Taskmaster): Pty {
  const script = '"$@"; echo "code $?"; echo "after: $(stty -a | tr "\\n" " ")"';
  const words = [...taskmasterCommand(), "attach", "-c", tm.place.config, "web"];
  const terminal = { rows: 24, cols: 200, env: tm.place.env };
  return spawnInPty(["/bin/sh", "-c", script, "sh", ...words], terminal);
}

async function assertRestored(pty: Pty): Promise<void> {
  await pty.waitFor(({ raw }) => /after: [^\n]*\n/.test(raw));
  await pty.status;
  const [, modes = ""] = /after: ([^\n]*)/.exec(pty.raw) ?? [];
  for (const mode of ["icanon", "isig", "echo", "opost", "onlcr", "icrnl"]) {
    assert.ok(modes.split(/[ ;]+/).includes(mode), `${mode} in ${modes}`);
  }
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

Deno.test("a client that is told to end leaves the terminal as it was", async () => {
  await using tm = await startTaskmaster({ programs: `web: {cmd: ${PROGRAM}, starttime: 0}` });
  await tm.next("web", "running");
  await using pty = attach(tm);
  await pty.waitFor(/to stdout/);
  const [client] = processesOf({ parent: pty.pid });
  Deno.kill(client!, "SIGTERM");
  await pty.waitFor(/^code 1$/m);
  await assertRestored(pty);
  await tm.end();
});

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
