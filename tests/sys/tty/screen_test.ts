import assert from "node:assert/strict";
import { type EmulatorFactory, loadEmulator } from "../../../src/sys/tty/emulator.ts";
import { Screen } from "../../../src/sys/tty/screen.ts";
import { Screen as Shown } from "../../support/screen.ts";

const SIZE = { columns: 40, rows: 10 };

interface Tried {
  readonly screen: Screen;
  readonly replies: string[];
  feed(text: string): void;
  /** What draws it. */
  drawn(): Promise<string>;
}

function open(emulator: Promise<EmulatorFactory | null> = loadEmulator()): Tried {
  const replies: string[] = [];
  const screen = new Screen({
    size: SIZE,
    emulator,
    onReply: (bytes) => replies.push(new TextDecoder().decode(bytes)),
  });
  return {
    screen,
    replies,
    feed: (text) => screen.feed(new TextEncoder().encode(text)),
    drawn: () => screen.look((emulator) => emulator?.screen() ?? "nothing"),
  };
}

/** The same on a terminal that has been used. */
async function showOn(drawn: string): Promise<Shown> {
  const shown = new Shown({ rows: SIZE.rows, cols: SIZE.columns });
  await shown.write(
    new TextEncoder().encode("before\r\n\x1b[?1049h\x1b[3;5r\x1b[7mrubbish" + drawn),
  );
  return shown;
}

Deno.test("a screen is drawn anew as it is, wherever the cursor was", async () => {
  const { screen, feed, drawn } = open();
  feed("one\r\ntwo\x1b[5;7Hfive\x1b[2;2H");
  const shown = await showOn(await drawn());
  assert.equal(shown.text(), "one\ntwo\n\n\n      five");
  assert.deepEqual(shown.cursor(), { row: 1, column: 1 });
  await shown.close();
  await screen.close();
});

Deno.test("the cursor is where it was when the last row is full to its end", async () => {
  const { screen, feed, drawn } = open();
  feed(`\x1b[10;1H${"z".repeat(40)}\x1b[2;12H`);
  const shown = await showOn(await drawn());
  assert.deepEqual(shown.cursor(), { row: 1, column: 11 });
  await shown.close();
  await screen.close();
});

Deno.test("what the program has set of the terminal is set again", async () => {
  const { screen, feed, drawn } = open();
  feed("\x1b[?1h\x1b[?2004h\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[2;5r\x1b[3;1Hx");
  const text = await drawn();
  for (const wanted of ["?1h", "?2004h", "?25l", "?1002h", "?1006h", "2;5r"]) {
    assert.ok(text.lastIndexOf(`\x1b[${wanted}`) > text.indexOf("\x1b[2J"), wanted);
  }
  const shown = await showOn(text);
  assert.deepEqual(shown.cursor(), { row: 2, column: 1 });
  feed("\x1b[?25h\x1b[?1006l\x1b[r");
  const after = (await drawn()).split("\x1b[2J")[1]!;
  assert.doesNotMatch(after, /\?25l|\?1006h|\d+r/);
  await shown.close();
  await screen.close();
});

Deno.test("the other screen is drawn with the one behind it", async () => {
  const { screen, feed, drawn } = open();
  feed("behind\x1b[?1049h\x1b[Hbefore");
  const shown = await showOn(await drawn());
  assert.equal(shown.text(), "before");
  await shown.write(new TextEncoder().encode("\x1b[?1049l"));
  assert.equal(shown.text(), "behind");
  await shown.close();
  await screen.close();
});

Deno.test("a flood is left out, but for its end; sizes keep their places in it", async () => {
  const { screen, feed, drawn } = open();
  feed("\x1b[?25l");
  for (let count = 0; count < 400; count++) feed("x".repeat(16_384));
  screen.resize({ columns: 60, rows: 5 });
  feed(`\r\n${"y".repeat(50)}`);
  const startedAt = performance.now();
  const text = await drawn();
  assert.match(text, /y{50}/);
  // Some 6 MiB would take longer, at the quarter of the time that is spent on it.
  assert.ok(performance.now() - startedAt < 5000);
  await screen.close();
});

Deno.test("questions are answered, but for those of the past", async () => {
  const { screen, replies, feed, drawn } = open();
  screen.recall(Promise.resolve(new TextEncoder().encode("past\x1b[6n")));
  feed("\x1b[6n");
  assert.match(await drawn(), /past/);
  assert.deepEqual(replies, ["\x1b[1;5R"]);
  await screen.close();
});

Deno.test("without an emulator there is nothing to see, and nothing breaks", async () => {
  const { screen, feed, drawn } = open(Promise.resolve(null));
  feed("text");
  screen.resize(SIZE);
  assert.equal(await drawn(), "nothing");
  await screen.close();
});

Deno.test("who looks at a screen that is closed is not kept waiting", async () => {
  const { screen, feed, drawn } = open();
  feed("x".repeat(900_000));
  const looked = drawn();
  await screen.close();
  assert.equal(await looked, "nothing");
});
