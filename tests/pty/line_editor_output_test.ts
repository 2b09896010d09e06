import assert from "node:assert/strict";
import { DEMO_COMMAND, startDemo } from "./line_editor_demo.ts";

Deno.test("printAbove() of 1,000 lines while typing breaks neither output nor line", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  const line = "the quick brown fox jumps over the lazy dog ".repeat(3).trim();
  pty.signal("SIGUSR2");
  for (const character of line) {
    pty.write(character);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await pty.waitFor(({ screen }) => screen.text().replaceAll("\n", "").endsWith(`demo> ${line}`));
  const shown = pty.screen().fullText().split("\n");
  const numbers = shown.filter((row) => row.startsWith("line ")).map((row) => Number(row.slice(5)));
  assert.deepEqual(numbers, Array.from({ length: 1000 }, (_, index) => index + 1));
  pty.write("\r");
  await demo.until(() => demo.report().includes(`line ${line}`));
});

Deno.test("printAbove() leaves the cursor where it was", async () => {
  await using demo = await startDemo({ cols: 20, rows: 12 });
  const { pty } = demo;
  pty.write("abcdefghijklmnopqrstuvwxyz0123456789");
  await pty.waitFor(/^89$/m);
  for (let left = 0; left < 20; left++) pty.write("\x1b[D");
  await pty.waitFor(({ screen }) => screen.cursor().row === 1 && screen.cursor().column === 2);
  pty.signal("SIGUSR1");
  await pty.waitFor(/^event 1\ndemo> abcdefghijklmn\nopqrstuvwxyz01234567\n89$/);
  await pty.waitFor(({ screen }) => screen.cursor().row === 2 && screen.cursor().column === 2);
  pty.write("_\r");
  await demo.until(() => demo.report().includes("line abcdefghijklmnop_qrstuvwxyz0123456789"));
});

Deno.test("a command's output and events in between come in order", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  pty.write("wait\r");
  await pty.waitFor(/waiting$/);
  pty.signal("SIGUSR1");
  await pty.waitFor(/waiting\nevent 1$/);
  pty.write("\x03");
  await pty.waitFor(/demo> wait\nwaiting\nevent 1\naborted\ndemo>$/);
});

Deno.test("a resize redraws the line, wider and narrower", async () => {
  await using demo = await startDemo({ cols: 40, rows: 12 });
  const { pty } = demo;
  const line = "abcdefghijklmnopqrstuvwxyz0123456789";
  pty.signal("SIGUSR1");
  await pty.waitFor(/event 1\ndemo>$/);
  pty.write(line);
  await pty.waitFor(/89$/);
  for (const cols of [20, 80, 10, 41, 42, 43, 60]) {
    const before = pty.raw.length;
    pty.resize(12, cols);
    await pty.waitFor(({ raw }) => raw.slice(before).includes("demo> "));
  }
  pty.write("!");
  await pty.waitFor(new RegExp(`^demo> ${line}!$`, "m"));
  assert.match(pty.screen().text(), /^event 1$/m);
  pty.write("\r");
  await demo.until(() => demo.report().includes(`line ${line}!`));
});

Deno.test.each([[0], [1], [2]])("a terminal of %d columns works", async (cols) => {
  await using demo = await startDemo({ cols, command: DEMO_COMMAND });
  const { pty } = demo;
  await demo.until(() => demo.report().includes("ready"));
  pty.signal("SIGUSR2");
  pty.write("ab日c");
  pty.write("\x1b[D");
  pty.write("\x7f");
  pty.write("\x12");
  pty.write("zz");
  pty.write("\x07");
  pty.write("\r");
  await demo.until(() => demo.report().includes("line abc"));
  await pty.waitFor(({ raw }) => raw.includes("line 1000\r\n"));
  pty.write("quit\r");
  assert.equal((await pty.status).code, 0);
});
