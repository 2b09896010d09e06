import assert from "node:assert/strict";
import { type Demo, startDemo } from "./line_editor_demo.ts";

const MORE_TICKS = 20;
const CTRL_S = "\x13";
const CTRL_Q = "\x11";

/** Far more output than a terminal takes that nobody reads; true to the end of the queue. */
async function fillUp(demo: Demo, signals: number): Promise<void> {
  for (let round = 0; round < signals; round++) {
    demo.pty.signal("SIGUSR2");
    // Signals of one kind that come together arrive once.
    await demo.until(() => demo.report().filter((line) => line === "flooded").length > round);
  }
}

Deno.test("timers go on while nobody reads the terminal, and what did not fit is counted", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  pty.pauseReading();
  await fillUp(demo, 60);
  const ticks = demo.ticks();
  await demo.until(() => demo.ticks() > ticks + MORE_TICKS);
  pty.write("hello\r");
  pty.resumeReading();
  await pty.waitFor(({ screen }) => /\(\d+ lines were left out/.test(screen.fullText()));
  await pty.waitFor(({ screen }) => /got: hello/.test(screen.fullText()));
  const shown = pty.screen().fullText();
  const left = Number(/\((\d+) lines were left out/.exec(shown)?.[1]);
  const printed = shown.split("\n").filter((line) => /^line \d+$/.test(line)).length;
  const lines = 60_000;
  assert.equal(printed + left, lines);
  assert.ok(left > 0);
  pty.write("quit\r");
  assert.equal((await pty.status).code, 0);
});

Deno.test("an exit does not wait for a stuck terminal", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  pty.pauseReading();
  await fillUp(demo, 5);
  const before = Date.now();
  pty.signal("SIGTERM");
  assert.equal((await pty.status).code, 0);
  assert.ok(Date.now() - before < 5_000);
  assert.equal(demo.report().at(-1), "closed");
});

Deno.test("a terminal that is stuck from the start does not keep it from running", async () => {
  await using demo = await startDemo({ isStuck: true });
  await demo.until(() => demo.report().includes("ready"));
  await fillUp(demo, 3);
  demo.pty.signal("SIGTERM");
  assert.equal((await demo.pty.status).code, 0);
});

Deno.test("TERM=dumb: Ctrl-S stops the output but not the timers", async () => {
  await using demo = await startDemo({ env: { TERM: "dumb" } });
  const { pty } = demo;
  pty.write(CTRL_S);
  await fillUp(demo, 3);
  const ticks = demo.ticks();
  await demo.until(() => demo.ticks() > ticks + MORE_TICKS);
  pty.write(CTRL_Q);
  await pty.waitFor(/line 1000\ndemo>$/);
});

Deno.test("an orderly exit shows everything that was printed before it", async () => {
  await using demo = await startDemo();
  demo.pty.write("count 2000\rquit\r");
  assert.equal((await demo.pty.status).code, 0);
  await demo.pty.waitFor(({ raw }) => raw.includes("number 2000\r\n"));
});
