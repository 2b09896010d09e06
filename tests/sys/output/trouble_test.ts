import assert from "node:assert/strict";
import { Capture, checksum, checksumOf, exists, startWriter } from "./capture.ts";

/** After a failure the log is tried again only when a second has passed. */
const RETRY_MS = 1000;

async function untilRetried(capture: Capture): Promise<void> {
  while (capture.recoveries.length === 0) {
    await capture.write("again\n");
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS / 10));
  }
}

Deno.test("OutputHub throws away what a full device does not take, and tells", async () => {
  await using capture = new Capture();
  await Deno.symlink("/dev/full", capture.log);
  const child = startWriter(capture.open(), "seq 1 100000");
  await child.status;
  await capture.drain();
  const [first] = capture.losses;
  assert.equal(first?.key, "web.0.stdout");
  assert.match(first.reason, /^cannot write to ".*": no space left on device \(ENOSPC\)$/);
  const expected = Number(await sizeOf("seq 1 100000"));
  assert.deepEqual(capture.hub.lossOf("web.0.stdout"), { bytes: expected, reason: first.reason });
  await Deno.remove(capture.log);
  await untilRetried(capture);
  const { bytes, reason } = capture.hub.lossOf("web.0.stdout");
  assert.equal(reason, null);
  assert.deepEqual(capture.recoveries, [{ key: "web.0.stdout", bytesLost: bytes }]);
  assert.equal(capture.read(), "again\n");
});

async function sizeOf(script: string): Promise<string> {
  const command = new Deno.Command("/bin/sh", { args: ["-c", `${script} | wc -c`] });
  return new TextDecoder().decode((await command.output()).stdout).trim();
}

Deno.test("OutputHub keeps a child going on a full disk, and recovers", async (test) => {
  const directory = await Deno.makeTempDir();
  const mount = new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", "size=1m", "tmpfs", directory],
    stderr: "null",
  });
  if (!(await mount.output()).success) {
    await Deno.remove(directory);
    await test.step({ name: "not here: it takes root to mount a disk", ignore: true, fn() {} });
    return;
  }
  try {
    await using capture = new Capture();
    const fifo = capture.open("web.0.stdout", { path: `${directory}/x.log` });
    const child = startWriter(fifo, "seq 1 1000000");
    assert.ok((await child.status).success);
    await capture.drain();
    const { bytes } = capture.hub.lossOf("web.0.stdout");
    const written = (await Deno.stat(`${directory}/x.log`)).size;
    assert.equal(bytes + written, Number(await sizeOf("seq 1 1000000")));
    assert.match(capture.losses[0]!.reason, /\(ENOSPC\)$/);
    await Deno.truncate(`${directory}/x.log`);
    await untilRetried(capture);
    assert.match(capture.read(`${directory}/x.log`), /^again\n$/);
  } finally {
    await new Deno.Command("umount", { args: ["--lazy", directory] }).output();
    await Deno.remove(directory);
  }
});

Deno.test("OutputHub.reopenAll() writes to the path again when the file was moved", async () => {
  await using capture = new Capture();
  capture.open();
  await capture.write("one\n");
  await Deno.rename(capture.log, `${capture.directory}/moved`);
  capture.hub.reopenAll();
  await capture.write("two\n");
  assert.equal(capture.read(`${capture.directory}/moved`), "one\n");
  assert.equal(capture.read(), "two\n");
});

Deno.test("OutputHub notices by itself that the file or its directory was deleted", async () => {
  await using capture = new Capture();
  const directory = `${capture.directory}/sub`;
  const path = `${directory}/x.log`;
  capture.open("web.0.stdout", { path });
  await capture.write("one\n");
  for (const removed of [path, directory]) {
    await Deno.remove(removed, { recursive: true });
    while (!exists(path) || capture.read(path) === "") {
      await capture.write("two\n");
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS / 10));
    }
    assert.match(capture.read(path), /^(two\n)+$/);
  }
  assert.deepEqual(capture.losses, []);
});

Deno.test("OutputHub.open() creates no log, but says when none can be created", async () => {
  await using capture = new Capture();
  capture.open();
  capture.hub.reopenAll();
  assert.deepEqual(capture.names(), ["fifo"]);
  await capture.write("first\n");
  assert.equal(capture.read(), "first\n");
  assert.throws(() => capture.open("b", { path: `${capture.log}/b` }), /x\.log/);
  // Also a file that may be executed is no directory.
  await Deno.chmod(capture.log, 0o755);
  assert.throws(() => capture.open("b", { path: `${capture.log}/b` }), /x\.log/);
  await Deno.mkdir(`${capture.directory}/sub`);
  const path = `${capture.directory}/sub`;
  assert.throws(() => capture.open("b", { path }), /EISDIR/);
});

Deno.test("OutputHub refuses a link where others could have planted it", async () => {
  await using capture = new Capture();
  await Deno.chmod(capture.directory, 0o1777);
  await Deno.writeTextFile(`${capture.directory}/precious`, "precious\n");
  await Deno.symlink(`${capture.directory}/precious`, capture.log);
  assert.throws(() => capture.open(), /symbolic link in a directory that others may write/);
  await Deno.remove(capture.log);
  capture.open();
  await Deno.symlink(`${capture.directory}/precious`, capture.log);
  await capture.write("x\n");
  assert.match(capture.losses[0]!.reason, /symbolic link in a directory/);
  assert.equal(capture.read(`${capture.directory}/precious`), "precious\n");
});

Deno.test("OutputHub writes to a FIFO for which splice is not used", async () => {
  await using capture = new Capture();
  await new Deno.Command("mkfifo", { args: [capture.log] }).output();
  const reader = new Deno.Command("/bin/sh", {
    args: ["-c", 'sha256sum <"$0"', capture.log],
    stdout: "piped",
  }).spawn();
  const keeper = await Deno.open(capture.log, { read: true, write: true });
  const child = startWriter(capture.open(), "seq 1 300000");
  await child.status;
  await capture.drain();
  await capture.hub.close("web.0.stdout");
  keeper.close();
  const { stdout } = await reader.output();
  const expected = await checksumOf("seq 1 300000");
  assert.equal(new TextDecoder().decode(stdout).split(" ")[0], expected);
  assert.deepEqual(capture.losses, []);
});

Deno.test("OutputHub writes to a file that can only be appended to", async () => {
  await using capture = new Capture();
  await Deno.writeTextFile(capture.log, "");
  const chattr = (flag: string) => new Deno.Command("chattr", { args: [flag, capture.log] });
  const isAllowed = await chattr("+a").output().then(({ success }) => success, () => false);
  if (!isAllowed) return;
  try {
    await startWriter(capture.open(), "seq 1 100000").status;
    await capture.drain();
    assert.equal(await checksum([capture.log]), await checksumOf("seq 1 100000"));
  } finally {
    await chattr("-a").output();
  }
});
