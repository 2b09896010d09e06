import assert from "node:assert/strict";
import { fifoName } from "../../../src/sys/output/fifo.ts";
import { Capture } from "./capture.ts";

Deno.test("fifoName() gives each key a file name of its own", () => {
  assert.equal(fifoName("web.0.stdout"), "web.0.stdout");
  assert.equal(fifoName("../x"), "%2e.%2fx");
  assert.equal(fifoName("ä:\n"), "%c3%a4%3a%0a");
  assert.equal(fifoName("%2f"), "%252f");
});

Deno.test("OutputHub.open() moves what an earlier run left in the FIFO first", async () => {
  await using capture = new Capture();
  const path = `${capture.fifoDirectory}/web.0.stdout`;
  await new Deno.Command("mkfifo", { args: [path] }).output();
  const left = await Deno.open(path, { read: true, write: true });
  await left.write(new TextEncoder().encode("left\n"));
  capture.open();
  await capture.write("new\n");
  left.close();
  assert.equal(capture.read(), "left\nnew\n");
});

Deno.test("OutputHub.open() refuses what is not a FIFO of ours", async () => {
  await using capture = new Capture();
  const path = `${capture.fifoDirectory}/web.0.stdout`;
  await Deno.writeTextFile(path, "precious\n");
  assert.throws(() => capture.open(), /^Error: cannot use ".*": it is a file, not a FIFO$/);
  assert.equal(capture.read(path), "precious\n");
  await Deno.remove(path);
  await Deno.symlink("/etc/passwd", path);
  assert.throws(() => capture.open(), /^Error: cannot use ".*": it is a symlink, not a FIFO$/);
  await Deno.remove(path);
  assert.deepEqual(capture.names(), ["fifo"]);
});

Deno.test("OutputHub refuses a directory that others may write to", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.mkdir(`${directory}/fifo`);
  await Deno.chmod(`${directory}/fifo`, 0o777);
  assert.throws(() => new Capture({ directory }), /cannot keep FIFOs .*: others may write to it/);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("OutputHub.open() makes a FIFO anew that somebody has removed", async () => {
  await using capture = new Capture();
  const path = capture.open();
  const child = await Deno.open(path, { read: true, write: true });
  await Deno.remove(path);
  assert.equal(capture.open(), path);
  assert.match(capture.warnings[0]!, /was removed; it is made anew$/);
  child.close();
  await capture.write("new\n");
  assert.equal(capture.read(), "new\n");
});
