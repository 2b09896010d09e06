import assert from "node:assert/strict";
import xterm from "@xterm/headless";
import { TERMINAL_RESET, terminalReset } from "../../src/base/terminal_reset.ts";

const SIZE = { cols: 20, rows: 10, allowProposedApi: true };

/** A terminal as tmux is: without a soft reset. */
async function show(...texts: readonly string[]): Promise<xterm.Terminal> {
  const terminal = new xterm.Terminal(SIZE);
  for (const text of texts) {
    await new Promise<void>((resolve) => terminal.write(text.replaceAll("\x1b[!p", ""), resolve));
  }
  return terminal;
}

function line(terminal: xterm.Terminal, row: number): string {
  return terminal.buffer.active.getLine(row)?.translateToString(true) ?? "";
}

Deno.test.each([
  ["insertion", "\x1b[4h"],
  ["origin mode", "\x1b[3;5r\x1b[?6h"],
  ["line ends that return the carriage", "\x1b[20h"],
  ["no wrapping, and keys for applications", "\x1b[?7l\x1b[?1h\x1b=\x1b[?2004h\x1b[?1003h"],
  ["the other screen", "\x1b[?1049h"],
  ["an unfinished device control string", "\x1bP+unfinished"],
  ["an unfinished title", "\x1b]0;unfinished"],
  ["an unfinished control sequence", "\x1b[12;"],
])("a reset ends %s", async (_name, text) => {
  const terminal = await show(text, TERMINAL_RESET, "abc\x1b[H_\x1b[9;1Hx\ny");
  assert.deepEqual(terminal.modes, (await show("")).modes);
  assert.equal(terminal.buffer.active.type, "normal");
  assert.deepEqual([line(terminal, 0), line(terminal, 8), line(terminal, 9)], ["_bc", "x", " y"]);
});

Deno.test.each([
  ["the screen", "one\r\ntwo", false],
  ["the screen with a region", "one\r\ntwo\x1b[1;5r\x1b[2;4H", false],
  ["the other screen", "one\r\ntwo\x1b[?1049h\x1b[7;7Hthree", true],
])("a reset leaves the cursor where it is on %s", async (_name, text, isAlternate) => {
  const terminal = await show(text, terminalReset({ isAlternate }), "!");
  assert.equal(line(terminal, 1), "two!");
});

Deno.test("only the other screen is left: in tmux that moves the cursor of an ordinary one", () => {
  assert.ok(!terminalReset({ isAlternate: false }).includes("1049"));
});

Deno.test("what swallows escape sequences until it is ended, as tmux does, is ended first", () => {
  assert.ok(TERMINAL_RESET.startsWith("\x18\x1b\\"));
  assert.ok(terminalReset({ isAlternate: false }).startsWith("\x18\x1b\\"));
});
