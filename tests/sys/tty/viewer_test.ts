import assert from "node:assert/strict";
import { startBash, TerminalWorld } from "../../support/terminal_world.ts";

Deno.test("a viewer sees the recent screen, colours and all, and then what is written", async () => {
  await using world = new TerminalWorld();
  startBash(world);
  const first = world.watch();
  await first.waitFor(/ready>$/);
  await first.type("printf '\\033[31mred\\033[0m\\n'\r");
  await first.waitFor(/^red\nready>$/m);
  first.view.end();
  const second = world.watch();
  await second.waitFor(/^red$/m);
  assert.ok(second.raw.includes("\x1b[31mred"));
  assert.equal(second.screen.text(), first.screen.text());
  assert.deepEqual(second.screen.cursor(), first.screen.cursor());
  await second.type("echo a''b\r");
  await second.waitFor(/^ab$/m);
  assert.doesNotMatch(first.screen.text(), /^ab$/m);
});

Deno.test("a viewer who comes to a full screen program sees it as it is", async () => {
  await using world = new TerminalWorld();
  world.start(["/usr/bin/vi", "-u", "NONE", "--cmd", "set noswapfile"], {
    env: { HOME: "/nowhere" },
  });
  const first = world.watch();
  await first.waitFor(/^~$/m);
  await first.type("ihello\x1b");
  await first.waitFor(/^hello$/m);
  first.view.end();
  const second = world.watch();
  await second.waitFor(/^hello$/m);
  assert.ok(second.raw.includes("\x1b[?1049h"));
  assert.equal(second.screen.text(), first.screen.text());
});

Deno.test("lines that were scrolled away are there to be scrolled back to", async () => {
  await using world = new TerminalWorld();
  startBash(world);
  const first = world.watch();
  await first.waitFor(/ready>$/);
  await first.type("seq 1 100; echo d''one\r");
  await first.waitFor(/^done\nready>$/m);
  const second = world.watch({ limitsSize: false, rows: 40 });
  await second.waitFor(/^done\nready>$/m);
  const lines = second.screen.fullText().split("\n").filter((line) => /^\d+$/.test(line));
  assert.deepEqual(lines, Array.from({ length: 100 }, (_, index) => String(index + 1)));
  // The screen itself stands at the top, where the program takes it to be.
  assert.equal(second.screen.text().split("\n").length, 24);
});

Deno.test("the window is as large as the smallest viewer that limits it", async () => {
  await using world = new TerminalWorld();
  startBash(world);
  const first = world.watch({ columns: 120, rows: 50 });
  await first.waitFor(/ready>$/);
  const size = async (expected: string) => {
    await first.type("stty size\r");
    await first.waitFor(new RegExp(`^${expected}$`, "m"));
  };
  await size("50 120");
  const second = world.watch({ columns: 100, rows: 60 });
  await size("50 100");
  world.watch({ columns: 10, rows: 10, limitsSize: false });
  world.watch({ columns: 0, rows: 0 });
  await size("50 100");
  second.view.resize({ columns: 90, rows: 20 });
  await size("20 90");
  second.view.end();
  await size("50 120");
  first.view.resize({ columns: 60_000, rows: 60_000 });
  await size("1000 1000");
});

Deno.test("a larger viewer sees nothing of the window that became smaller", async () => {
  await using world = new TerminalWorld();
  startBash(world);
  const large = world.watch({ columns: 120, rows: 50 });
  await large.waitFor(/ready>$/);
  await large.type("clear; for i in $(seq 40); do echo stale-$i; done; echo d''one\r");
  await large.waitFor(/^done\nready>$/m);
  const small = world.watch({ columns: 60, rows: 15 });
  await small.waitFor(/^done\nready>$/m);
  await large.waitFor(() => large.screen.text() === small.screen.text());
  assert.match(large.screen.text(), /^stale-40\ndone\nready>$/m);
  assert.doesNotMatch(large.screen.text(), /^stale-20$/m);
});

Deno.test("what a viewer types that only reads goes nowhere", async () => {
  await using world = new TerminalWorld();
  world.start(["/bin/cat"]);
  const reader = world.watch({ isReadOnly: true });
  const writer = world.watch();
  await reader.type("no\n");
  await writer.type("yes\n");
  await reader.waitFor(/^yes\nyes$/m);
  assert.doesNotMatch(reader.screen.fullText(), /no/);
});

Deno.test("a viewer that takes nothing delays neither the program nor others, and is redrawn", async () => {
  await using world = new TerminalWorld();
  startBash(world);
  const quick = world.watch();
  const slow = world.watch();
  await slow.waitFor(/ready>$/);
  const { promise, resolve: go } = Promise.withResolvers<void>();
  slow.hold = promise;
  await quick.type("seq 1 200000; echo d''one\r");
  await quick.waitFor(/^done$/m);
  const before = slow.raw.length;
  go();
  await slow.waitFor(/^done$/m);
  assert.equal(slow.screen.text(), quick.screen.text());
  assert.ok(slow.raw.length - before < 300_000, `${slow.raw.length - before} bytes`);
});

Deno.test("a viewer that throws is heard of no more", async () => {
  await using world = new TerminalWorld();
  world.start(["/bin/cat"]);
  let calls = 0;
  const options = { columns: 5, rows: 5, isReadOnly: false, limitsSize: true };
  world.terminals.attach({ program: "web", num: 0 }, options, () => {
    calls++;
    throw new Error("the connection is closed");
  });
  const other = world.watch();
  await other.type("one\n");
  await other.waitFor(/^one\none$/m);
  assert.equal(calls, 1);
});

Deno.test("a question to the terminal is answered while nobody is there", async () => {
  await using world = new TerminalWorld();
  const script = "stty -echo -icanon min 1; printf '\\033[6n'; head -c 6 | od -An -c";
  const { exited, child } = world.start(["/bin/sh", "-c", script]);
  await exited;
  child.release();
  await world.terminals.close({ leaveRunning: false });
  assert.match(await world.written(), /033 {3}\[ {3}2 {3}; {3}1 {3}R/);
});

Deno.test("children follow each other on one screen, the later one with a plain terminal", async () => {
  await using world = new TerminalWorld();
  const first = world.start(["/bin/sh", "-c", "printf 'one\\n\\033[?1049h\\033[?25linside'"]);
  const viewer = world.watch();
  await first.exited;
  first.child.release();
  await viewer.waitFor(/inside/);
  world.start(["/bin/sh", "-c", "echo two; sleep 1000"]);
  await viewer.waitFor(/^two$/m);
  assert.match(viewer.screen.text(), /^one\n[^]*two$/m);
  const later = world.watch();
  await later.waitFor(/^two$/m);
  assert.ok(!later.raw.includes("\x1b[?25l"));
});

Deno.test("the other screen is left between children only where it is in use", async () => {
  await using world = new TerminalWorld();
  const viewer = world.watch();
  await viewer.waitFor(() => viewer.raw !== "");
  let seen = viewer.raw.length;
  const children = [["", "one", false], ["\\033[?1049h", "two", true], [
    "",
    "three",
    false,
  ]] as const;
  for (const [switching, text, isLeft] of children) {
    const { child, exited } = world.start(["/bin/sh", "-c", `printf '${switching}${text}'`]);
    await viewer.waitFor(() => viewer.raw.slice(seen).includes(text));
    await exited;
    child.release();
    world.start(["/bin/sh", "-c", "echo next; sleep 1000"]);
    await viewer.waitFor(() => /next\r\n/.test(viewer.raw.slice(seen)));
    assert.equal(viewer.raw.slice(seen).includes("\x1b[?1049l"), isLeft);
    seen = viewer.raw.length;
  }
});
