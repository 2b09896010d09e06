import assert from "node:assert/strict";
import { Capture, rotatedFiles, startWriter } from "./capture.ts";

Deno.test("five writers share a log, and their lines stay whole through rotation", async () => {
  await using capture = new Capture({ withHolder: true });
  const target = { maxBytes: 100_000, backups: 1000 };
  const script =
    'i=0; while [ $i -lt 4000 ]; do echo "$1 $i xxxxxxxxxxxxxxxxxxxx"; i=$((i+1)); done';
  const children = [1, 2, 3, 4, 5].map((number) => {
    const key = `web.${number}.stdout`;
    return { key, child: startWriter(capture.open(key, target), script, key) };
  });
  await Promise.all(children.map(({ child }) => child.status));
  await Promise.all(children.map(({ key }) => capture.drain(key)));
  const text = rotatedFiles(capture.log).map((path) => capture.read(path)).join("");
  const lines = text.split("\n");
  assert.equal(lines.pop(), "");
  for (const { key } of children) {
    const mine = lines.filter((line) => line.startsWith(key));
    const expected = Array.from({ length: 4000 }, (_, i) => `${key} ${i} xxxxxxxxxxxxxxxxxxxx`);
    assert.deepEqual(mine, expected);
  }
  assert.equal(lines.length, 20_000);
  assert.deepEqual(capture.warnings, []);
});

Deno.test("the first stream of a shared log says how it is rotated", async () => {
  await using capture = new Capture();
  capture.open("web.0.stdout", { maxBytes: 10, backups: 1 });
  capture.open("web.1.stdout", { maxBytes: 1000, backups: 1 });
  assert.match(
    capture.warnings[0]!,
    /^".*x\.log" is rotated as web\.0\.stdout says; web\.1\.stdout asks for something else$/,
  );
  await capture.write("aaaa\nbbbb\ncccc\n", "web.1.stdout");
  assert.equal(capture.read(), "cccc\n");
  await capture.hub.close("web.0.stdout");
  await capture.write("dddd\neeee\n", "web.1.stdout");
  assert.equal(capture.read(), "cccc\ndddd\neeee\n");
});

Deno.test("two paths to one file do not overwrite each other", async () => {
  await using capture = new Capture();
  const link = `${capture.directory}/link.log`;
  await Deno.writeTextFile(capture.log, "");
  await Deno.symlink(capture.log, link);
  const fifos = [capture.open("a.0.stdout"), capture.open("b.0.stdout", { path: link })];
  const children = fifos.map((fifo) => startWriter(fifo, "seq 1 200000"));
  await Promise.all(children.map(({ status }) => status));
  await Promise.all([capture.drain("a.0.stdout"), capture.drain("b.0.stdout")]);
  const expected = 2 * Array.from({ length: 200_000 }, (_, i) => `${i + 1}\n`).join("").length;
  assert.equal((await Deno.stat(capture.log)).size, expected);
  assert.ok(!capture.read().includes("\0"));
});
