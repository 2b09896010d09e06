import assert from "node:assert/strict";
import { startDemo } from "./line_editor_demo.ts";

const UP = "\x1b[A";
const DOWN = "\x1b[B";
const LEFT = "\x1b[D";
const RIGHT = "\x1b[C";
const HOME = "\x1b[H";
const END = "\x1b[F";
const CTRL = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96);

Deno.test.each([
  ["arrows", ["ac", LEFT, "b", RIGHT, "d"], "abcd"],
  ["Home and End", ["bc", HOME, "a", END, "d"], "abcd"],
  ["Ctrl-A and Ctrl-E", ["bc", CTRL("a"), "a", CTRL("e"), "d"], "abcd"],
  ["Ctrl-K", ["abxy", LEFT, LEFT, CTRL("k")], "ab"],
  ["Ctrl-U", ["xyab", LEFT, LEFT, CTRL("u")], "ab"],
  ["Ctrl-W", ["ab cd ef", CTRL("w")], "ab cd "],
  ["Backspace", ["abx", "\x7f"], "ab"],
  ["Ctrl-D on a character", ["xab", HOME, CTRL("d")], "ab"],
  ["wide characters", ["日本語", LEFT, LEFT, "x", "\x7f", "é"], "日é本語"],
  ["stray control characters", ["a", "\x1c", "\x07", "b"], "ab"],
])("readLine() edits with %s", async (_name, keys, line) => {
  await using demo = await startDemo();
  for (const key of keys) demo.pty.write(key);
  demo.pty.write("\r");
  await demo.until(() => demo.report().includes(`line ${line}`));
});

Deno.test("readLine() keeps the cursor right across the edge of the screen", async () => {
  await using demo = await startDemo({ cols: 20, rows: 10 });
  const { pty } = demo;
  const line = "日本語日本語日本語日本語日本語日本語";
  pty.write(line);
  await pty.waitFor(({ screen }) => screen.text().replaceAll("\n", "").endsWith(line));
  pty.signal("SIGUSR1");
  await pty.waitFor(/^event 1\ndemo>/m);
  pty.write(HOME);
  pty.write("x");
  await pty.waitFor(/demo> x日/);
  pty.write(END);
  pty.write("y\r");
  await demo.until(() => demo.report().includes(`line x${line}y`));
  assert.match(pty.screen().text(), /^event 1\ndemo> x日/);
});

Deno.test("readLine() goes through the history with the arrow keys", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  for (const line of ["one", "two", "two", " secret", "three"]) {
    pty.write(`${line}\r`);
    await pty.waitFor(new RegExp(`got: ${line.trim()}\ndemo>$`));
  }
  for (const line of ["three", "two", "one"]) {
    pty.write(UP);
    await pty.waitFor(new RegExp(`demo> ${line}$`));
  }
  pty.write(DOWN);
  await pty.waitFor(/demo> two$/);
  pty.write("\r");
  await demo.until(() => demo.report().at(-1) === "line two");
  assert.equal(await Deno.readTextFile(`${demo.directory}/history`), "one\ntwo\nthree\ntwo\n");
});

Deno.test("readLine() runs pasted lines one after the other and loses none", async () => {
  await using demo = await startDemo();
  const lines = Array.from({ length: 60 }, (_, index) => `pause ${index % 3} ${index}`);
  demo.pty.write(lines.map((line) => `${line}\r`).join("") + "un\tfinished");
  await demo.until(() => demo.report().filter((line) => line.startsWith("line")).length === 60);
  assert.deepEqual(
    demo.report().filter((line) => line.startsWith("line")),
    lines.map((line) => `line ${line}`),
  );
  await demo.pty.waitFor(/demo> un finished$/);
});

Deno.test("Ctrl-C clears the line, Ctrl-L the screen, Ctrl-D on an empty line ends", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  pty.write("abc");
  await pty.waitFor(/demo> abc$/);
  pty.write(CTRL("c"));
  await pty.waitFor(/demo> abc\^C\ndemo>$/);
  pty.write("def");
  await pty.waitFor(/demo> def$/);
  pty.write(CTRL("l"));
  await pty.waitFor(/^demo> def$/);
  pty.write(CTRL("d"));
  pty.write(CTRL("c"));
  await pty.waitFor(/^demo> def\^C\ndemo>$/);
  pty.write(CTRL("d"));
  assert.equal((await pty.status).code, 0);
  assert.deepEqual(demo.report(), ["ready", "interrupt", "interrupt", "end", "closed"]);
});

Deno.test("Ctrl-C while a command runs aborts it and drops what was typed ahead", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  pty.write("wait\r");
  await pty.waitFor(/^waiting$/m);
  pty.write("typed ahead\r");
  pty.write(CTRL("c"));
  await pty.waitFor(/aborted\ndemo>$/);
  pty.write("wait\r");
  await pty.waitFor(/waiting\n*$/);
  pty.write(CTRL("c"));
  await pty.waitFor(/aborted\ndemo> wait\nwaiting\naborted\ndemo>$/);
  pty.write("next\r");
  await pty.waitFor(/got: next/);
  assert.ok(!demo.report().includes("line typed ahead"));
});

Deno.test.each([["y\r", "true"], ["YES\r", "true"], ["\r", "false"], ["no\r", "false"], [
  "\x03",
  "false",
], ["\x04", "false"]])("confirm() takes %j for %s", async (keys, answer) => {
  await using demo = await startDemo();
  const { pty } = demo;
  pty.write("ask\r");
  await pty.waitFor(/Really\? \[y\/N\]$/);
  pty.write(keys);
  await pty.waitFor(new RegExp(`answer: ${answer}\ndemo>$`));
  pty.write(UP);
  await pty.waitFor(/demo> ask$/);
});
