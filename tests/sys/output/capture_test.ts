import assert from "node:assert/strict";
import { Capture, checksum, checksumOf, startWriter } from "./capture.ts";

Deno.test("OutputHub moves what a child writes into its log", async () => {
  await using capture = new Capture();
  const fifo = capture.open();
  const child = startWriter(fifo, "echo one; printf three");
  await child.status;
  await capture.drain();
  assert.equal(capture.read(), "one\nthree");
  assert.equal((await Deno.stat(capture.log)).mode! & 0o777, 0o644 & ~Deno.umask());
  assert.equal((await Deno.stat(fifo)).mode! & 0o777, 0o600);
  assert.equal((await Deno.stat(capture.fifoDirectory)).mode! & 0o777, 0o700);
});

Deno.test("OutputHub creates a log with its first byte, not when a silent child has ended", async () => {
  await using capture = new Capture();
  const child = startWriter(capture.open(), "true");
  await child.status;
  await capture.drain();
  await assert.rejects(Deno.stat(capture.log), Deno.errors.NotFound);
  await capture.write("one\n");
  assert.equal(capture.read(), "one\n");
});

Deno.test("OutputHub appends to a log that is there and creates missing directories", async () => {
  await using capture = new Capture();
  await Deno.writeTextFile(capture.log, "before\n");
  capture.open();
  await capture.write("after\n");
  assert.equal(capture.read(), "before\nafter\n");
  const path = `${capture.directory}/a/b/y.log`;
  capture.open("web.1.stdout", { path });
  await capture.write("deep\n", "web.1.stdout");
  assert.equal(capture.read(path), "deep\n");
});

for (const withHolder of [false, true]) {
  const how = withHolder ? "with" : "without";
  Deno.test(`OutputHub moves a fast stream exactly, ${how} a holder`, async () => {
    await using capture = new Capture({ withHolder });
    const child = startWriter(capture.open(), "seq 1 12000000");
    await child.status;
    await capture.drain();
    assert.equal(await checksum([capture.log]), await checksumOf("seq 1 12000000"));
    assert.deepEqual(capture.losses, []);
  });
}

Deno.test("OutputHub.open() throws when the log cannot be opened", async () => {
  await using capture = new Capture();
  await Deno.mkdir(capture.log);
  assert.throws(() => capture.open(), /^SystemError: cannot open ".*x\.log": .*\(EISDIR\)$/);
  assert.deepEqual(capture.names(capture.fifoDirectory), []);
});

Deno.test("OutputHub.open() of an open stream goes on with the same FIFO", async () => {
  await using capture = new Capture();
  const fifo = capture.open();
  await capture.write("one\n");
  const path = `${capture.directory}/y.log`;
  assert.equal(capture.open("web.0.stdout", { path }), fifo);
  await capture.write("two\n");
  assert.equal(capture.read(), "one\n");
  assert.equal(capture.read(path), "two\n");
});

Deno.test("OutputHub.drain() does not wait for a grandchild that holds the pipe", async () => {
  await using capture = new Capture();
  const child = startWriter(capture.open(), 'sleep 100 & echo "$!"');
  await child.status;
  await capture.drain();
  const pid = Number(capture.read());
  assert.ok(pid > 1);
  Deno.kill(pid, "SIGKILL");
});

Deno.test("OutputHub.drain() does not wait for one that goes on writing", async () => {
  await using capture = new Capture();
  const child = startWriter(
    capture.open(),
    'echo first; yes & echo "$!" >"$1"',
    capture.directory + "/pid",
  );
  await child.status;
  await capture.drain();
  Deno.kill(Number(capture.read(`${capture.directory}/pid`)), "SIGKILL");
  assert.match(capture.read(), /^first\n/);
});

Deno.test("OutputHub.close() writes what is there and removes the FIFO", async () => {
  await using capture = new Capture();
  const child = startWriter(capture.open(), "seq 1 5000");
  await child.status;
  await capture.hub.close("web.0.stdout");
  assert.match(capture.read(), /\n5000\n$/);
  assert.deepEqual(capture.names(capture.fifoDirectory), []);
  await capture.hub.close("web.0.stdout");
});

Deno.test("OutputHub captures 200 streams at once", async () => {
  await using capture = new Capture({ withHolder: true });
  const keys = Array.from({ length: 200 }, (_, number) => `many.${number}.stdout`);
  const children = keys.map((key) =>
    startWriter(capture.open(key, { path: `${capture.directory}/${key}` }), "seq 1 20000")
  );
  await Promise.all(children.map(({ status }) => status));
  await Promise.all(keys.map((key) => capture.drain(key)));
  const expected = await checksumOf("seq 1 20000");
  for (const key of keys) assert.equal(await checksum([`${capture.directory}/${key}`]), expected);
});

Deno.test("OutputHub serves others while one stream floods", async () => {
  await using capture = new Capture({ withHolder: true });
  const flood = startWriter(capture.open("flood.0.stdout", { maxBytes: 1e6 }), "exec yes");
  const path = `${capture.directory}/quiet.log`;
  capture.open("quiet.0.stdout", { path });
  for (let number = 1; number <= 50; number++) await capture.write(`${number}\n`, "quiet.0.stdout");
  flood.kill("SIGKILL");
  await flood.status;
  assert.match(capture.read(path), /\n50\n$/);
});
