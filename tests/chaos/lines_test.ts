/** That the judge of lines would see what it is there to see. */
import assert from "node:assert/strict";
import { checkLines, type LineCount } from "./lines.ts";

const ONE = "0a1b2c3d-0001";
const OTHER = "0a1b2c3d-0002";

const line = (life: string, n: number) => `<${life} ${n} xxx>\n`;
const lines = (life: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => line(life, from + index)).join("");

/** `files`: the log, the oldest file first. `counts`: what the program says that it has written. */
async function judge(
  files: readonly string[],
  counts: string,
  outlived: readonly string[] = [],
): Promise<LineCount> {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/web.log`;
    for (const [index, text] of files.entries()) {
      const age = files.length - 1 - index;
      await Deno.writeTextFile(age === 0 ? path : `${path}.${age}`, text);
    }
    await Deno.writeTextFile(`${directory}/counts`, counts);
    return checkLines({ path, counts: [`${directory}/counts`] }, new Set(outlived));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const COUNTS = `${ONE} 3\n${OTHER} 2\n`;

Deno.test("checkLines() finds nothing wrong with lives one after the other, through rotation", async () => {
  const files = [lines(ONE, 1, 2), lines(ONE, 3, 3) + lines(OTHER, 1, 3)];
  assert.deepEqual(await judge(files, COUNTS), { lines: 6, lives: 2, cut: 0, complaints: [] });
});

Deno.test("checkLines() takes lives that write at the same time, and a last line that was cut", async () => {
  const text = line(ONE, 1) + lines(OTHER, 1, 2) + lines(ONE, 2, 3) + `<${ONE} 4 x` +
    line(OTHER, 3);
  assert.deepEqual(await judge([text], COUNTS), { lines: 6, lives: 2, cut: 1, complaints: [] });
});

Deno.test("checkLines() lets a life that went on after an orderly end lack its end, and nothing else", async () => {
  const text = lines(ONE, 1, 2) + line(OTHER, 2);
  const { complaints } = await judge([text], COUNTS, [ONE, OTHER]);
  assert.equal(complaints.length, 1);
  assert.match(complaints[0]!, /0002: line 2 comes after 0/);
});

Deno.test.each([
  ["a lost line", lines(ONE, 1, 1) + lines(ONE, 3, 3) + lines(OTHER, 1, 2), /line 3 comes after 1/],
  ["a doubled one", lines(ONE, 1, 3) + line(ONE, 3) + lines(OTHER, 1, 2), /line 3 comes after 3/],
  ["a lost end", lines(ONE, 1, 2) + lines(OTHER, 1, 2), /wrote 3 lines, 2 are there/],
  ["a lost life", lines(ONE, 1, 3), /wrote 2 lines, 0 are there/],
  [
    "a line cut in the middle of a life",
    line(ONE, 1) + `<${ONE} 2 x` + line(ONE, 2) + line(ONE, 3) + lines(OTHER, 1, 2),
    /line 2 comes after a cut one/,
  ],
  ["what nobody wrote", lines(ONE, 1, 3) + "nonsense\n" + lines(OTHER, 1, 2), /no line, nor/],
])("checkLines() sees %s", async (_name, text, expected) => {
  const { complaints } = await judge([text], COUNTS);
  assert.match(complaints.join("\n"), expected);
});
