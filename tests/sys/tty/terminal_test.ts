import assert from "node:assert/strict";
import { closeInheritedOnExec } from "../../../src/sys/limits.ts";
import { isAlive, processesOf, statOf } from "../../support/proc.ts";
import { startBash, TerminalWorld } from "../../support/terminal_world.ts";

function sh(script: string): readonly string[] {
  return ["/bin/sh", "-c", script];
}

Deno.test("a child with tty has a terminal of its own, and nothing else", async () => {
  closeInheritedOnExec(); // as every mode does at its start
  await using world = new TerminalWorld();
  const { exited, child } = world.start(
    sh(
      "tty; stty size; echo $TERM; ps -o tty= -p $$; ls -l /proc/self/fd | sed 's/.* //'; tty >&2",
    ),
  );
  await exited;
  child.release();
  await world.terminals.close({ leaveRunning: false });
  const [path, size, term, controlling, ...rest] = (await world.written()).split("\r\n");
  assert.match(path!, /^\/dev\/pts\/\d+$/);
  assert.deepEqual([size, term], ["24 80", "xterm-256color"]);
  assert.equal(`/dev/${controlling}`, path);
  const descriptors = rest.slice(1, -2);
  // The one besides is the directory that ls reads; its output is a pipe to sed.
  assert.deepEqual(descriptors.filter((each) => !/^(pipe|\/proc)/.test(each)), [path, path]);
  assert.equal(rest.at(-2), path);
});

Deno.test("what taskmaster's own terminal is like is not told to a child with tty", async () => {
  await using world = new TerminalWorld();
  const { exited } = world.start(sh("echo ${COLUMNS-none} ${LINES-none} $TERM"), {
    env: { TERM: "vt100", COLUMNS: null },
  });
  await exited;
  const viewer = world.watch();
  await viewer.waitFor(/none none vt100/);
});

Deno.test("the holder of a terminal ends with the last who has it open", async () => {
  await using world = new TerminalWorld();
  const { exited, child } = world.start(sh("read x; echo got $x"));
  assert.notEqual(world.holders().length, 0);
  const viewer = world.watch();
  await viewer.type("keys\n");
  await exited;
  child.release();
  await world.terminals.close({ leaveRunning: false });
  await world.holdersGone();
  assert.deepEqual([world.holders(), world.files()], [[], []]);
  assert.equal(await world.written(), "keys\r\ngot keys\r\n");
});

Deno.test("what a child wrote last comes before what the next one writes", async () => {
  await using world = new TerminalWorld();
  const waits = "echo first; while :; do sleep 0.01; done";
  const { child, exited } = world.start(sh(`trap "echo last; exit" USR1; ${waits}`));
  const viewer = world.watch();
  await viewer.waitFor(/first/);
  const holders = world.holders();
  for (const pid of holders) Deno.kill(pid, "SIGSTOP");
  child.signal("USR1", "leader");
  await exited;
  child.release();
  world.start(sh("echo next; exec sleep 1000"));
  for (const pid of holders) Deno.kill(pid, "SIGCONT");
  await viewer.waitFor(/next/);
  assert.match(await world.written(), /^first\r\nlast\r\nnext\r\n$/);
});

Deno.test("a terminal that somebody outside of the session keeps open is hung up", async () => {
  await using world = new TerminalWorld();
  const { exited, child } = world.start(sh("setsid sh -c 'echo $$; exec sleep 1000' & wait"));
  const viewer = world.watch();
  await viewer.waitFor(/^\d+$/m);
  const stranger = Number(/\d+/.exec(viewer.screen.fullText()));
  child.signal("KILL", "group");
  await exited;
  child.release();
  await world.terminals.close({ leaveRunning: false });
  await world.holdersGone();
  assert.deepEqual(world.holders(), []);
  assert.ok(isAlive(stranger));
  Deno.kill(stranger, "SIGKILL");
});

Deno.test("a signal to the group reaches every job of a shell, stopped ones too", async () => {
  await using world = new TerminalWorld();
  const { pid, child, exited } = startBash(world);
  const viewer = world.watch();
  await viewer.waitFor(/ready>$/);
  await viewer.type("sleep 1001 & sleep 1002\r");
  await viewer.waitFor(() => processesOf({ session: pid }).length === 3);
  await viewer.type("\x1a");
  await viewer.waitFor(/Stopped/);
  const groups = new Set(processesOf({ session: pid }).map((member) => statOf(member)?.group));
  assert.equal(groups.size, 3);
  const ended = new Promise<void>((resolve) => child.watchGroup(resolve));
  child.signal("HUP", "group");
  await ended;
  assert.deepEqual(processesOf({ session: pid }), []);
  child.release();
  void exited;
});

Deno.test("KILL to the group leaves nothing of the session", async () => {
  await using world = new TerminalWorld();
  const { pid, child } = startBash(world);
  const viewer = world.watch();
  await viewer.waitFor(/ready>$/);
  await viewer.type("trap '' HUP TERM; (trap '' HUP TERM; while :; do sleep 1000; done) &\r");
  await viewer.waitFor(() => processesOf({ session: pid }).length === 3);
  const ended = new Promise<void>((resolve) => child.watchGroup(resolve));
  child.signal("TERM", "group");
  child.signal("KILL", "group");
  await ended;
  assert.deepEqual(processesOf({ session: pid }), []);
  child.release();
});

Deno.test("what floods its terminal is logged whole", async () => {
  await using world = new TerminalWorld();
  const { exited, child } = world.start(sh("stty -onlcr; seq 1000000"));
  await exited;
  child.release();
  await world.terminals.close({ leaveRunning: false });
  const lines = (await world.written()).split("\n");
  assert.equal(lines.length, 1_000_001);
  assert.equal(lines[999_999], "1000000");
});
