import assert from "node:assert/strict";
import { Capture, checksum, checksumOf, rotatedFiles, startWriter } from "./capture.ts";

Deno.test("OutputHub loses and repeats nothing in a hundred rotations at full speed", async () => {
  await using capture = new Capture({ withHolder: true });
  const fifo = capture.open("web.0.stdout", { maxBytes: 250_000, backups: 1000 });
  const child = startWriter(fifo, "seq 1 4000000");
  await child.status;
  await capture.drain();
  const files = rotatedFiles(capture.log);
  assert.ok(files.length > 100, `only ${files.length} files`);
  assert.equal(await checksum(files), await checksumOf("seq 1 4000000"));
  for (const path of files) {
    assert.ok((await Deno.stat(path)).size <= 250_000);
    assert.match(capture.read(path).slice(-8), /\n$/);
  }
});

Deno.test("OutputHub rotates before a line would make the file too large", async () => {
  await using capture = new Capture();
  capture.open("web.0.stdout", { maxBytes: 10, backups: 2 });
  for (const line of ["aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "gggg"]) {
    await capture.write(`${line}\n`);
  }
  assert.deepEqual(rotatedFiles(capture.log).map((path) => capture.read(path)), [
    "cccc\ndddd\n",
    "eeee\nffff\n",
    "gggg\n",
  ]);
});

Deno.test("OutputHub rotates a block of lines at line ends", async () => {
  await using capture = new Capture();
  capture.open("web.0.stdout", { maxBytes: 10, backups: 5 });
  await capture.write("aaaa\nbbbb\ncccc\ndd\nee\nff\nlast");
  await capture.write(" word of the line\nnext\n");
  assert.deepEqual(rotatedFiles(capture.log).map((path) => capture.read(path)), [
    "aaaa\nbbbb\n",
    "cccc\ndd\n",
    "ee\nff\nlast word of the line\n",
    "next\n",
  ]);
});

Deno.test("OutputHub puts a line that is larger than a file into one of its own", async () => {
  await using capture = new Capture();
  capture.open("web.0.stdout", { maxBytes: 10, backups: 5 });
  await capture.write("short\na line of more than ten bytes\nend\n");
  assert.deepEqual(rotatedFiles(capture.log).map((path) => capture.read(path)), [
    "short\n",
    "a line of more than ten bytes\n",
    "end\n",
  ]);
});

Deno.test("OutputHub cuts a line that does not end", async () => {
  await using capture = new Capture();
  const fifo = capture.open("web.0.stdout", { maxBytes: 1000, backups: 50 });
  const script = "head -c 10000000 /dev/zero";
  await startWriter(fifo, script).status;
  await capture.drain();
  const files = rotatedFiles(capture.log);
  for (const path of files) assert.ok((await Deno.stat(path)).size <= 1000 + 1_048_576);
  assert.equal(await checksum(files), await checksumOf(script));
});

Deno.test("OutputHub starts the file over when no backups are kept", async () => {
  await using capture = new Capture();
  capture.open("web.0.stdout", { maxBytes: 10, backups: 0 });
  for (const line of ["aaaa", "bbbb", "cccc"]) await capture.write(`${line}\n`);
  assert.deepEqual(capture.names(), ["fifo", "x.log"]);
  assert.equal(capture.read(), "cccc\n");
});

Deno.test("OutputHub.retarget() changes the rotation of an open stream", async () => {
  await using capture = new Capture();
  capture.open();
  await capture.write("aaaa\nbbbb\ncccc\n");
  capture.hub.retarget("web.0.stdout", { path: capture.log, maxBytes: 10, backups: 1 });
  await capture.write("dddd\n");
  assert.equal(capture.read(`${capture.log}.1`), "aaaa\nbbbb\ncccc\n");
  assert.equal(capture.read(), "dddd\n");
});

Deno.test("OutputHub goes on in the large file when rotation fails", async () => {
  await using capture = new Capture();
  await Deno.mkdir(`${capture.log}.1`);
  capture.open("web.0.stdout", { maxBytes: 10, backups: 1 });
  await capture.write("aaaa\nbbbb\ncccc\n");
  assert.equal(capture.read(), "aaaa\nbbbb\ncccc\n");
  assert.match(capture.warnings[0]!, /^cannot rename ".*": .*\(EISDIR\)$/);
  await Deno.remove(`${capture.log}.1`);
  await capture.write("dddddddd\n");
  await capture.write("eeeeeeee\n");
  assert.equal(capture.read(), "eeeeeeee\n");
});

Deno.test("OutputHub notices that somebody has emptied the file", async () => {
  await using capture = new Capture();
  capture.open("web.0.stdout", { maxBytes: 10, backups: 1 });
  await capture.write("aaaaaaa\n");
  await Deno.truncate(capture.log);
  await capture.write("bbbbbbb\n");
  assert.equal(capture.read(), "bbbbbbb\n");
});
