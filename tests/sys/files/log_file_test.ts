import assert from "node:assert/strict";
import { check, cString, libc } from "../../../src/sys/libc.ts";
import { type LogFile, type LogFileOptions, openLogFile } from "../../../src/sys/files/log_file.ts";

/** A directory of the test's own, and logs in it. */
class LogDirectory implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync();
  readonly log = `${this.path}/x.log`;
  readonly #open: LogFile[] = [];

  open(options: Partial<LogFileOptions> = {}): LogFile {
    const log = openLogFile({ path: this.log, maxBytes: 0, backups: 0, ...options });
    this.#open.push(log);
    return log;
  }

  read(name = "x.log"): string {
    return Deno.readTextFileSync(`${this.path}/${name}`);
  }

  names(): string[] {
    return [...Deno.readDirSync(this.path)].map(({ name }) => name).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const log of this.#open) log.close();
    await Deno.remove(this.path, { recursive: true });
  }
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("write() appends a line that can be read at once", async () => {
  await using directory = new LogDirectory();
  await Deno.writeTextFile(directory.log, "before\n");
  const log = directory.open();
  log.write("one");
  assert.equal(directory.read(), "before\none\n");
  log.write(bytes("two\nthree\n"));
  assert.equal(directory.read(), "before\none\ntwo\nthree\n");
  assert.equal(log.problem, null);
});

Deno.test("openLogFile() creates a file with mode 0640 and leaves that of another alone", async () => {
  await using directory = new LogDirectory();
  directory.open();
  assert.equal((await Deno.stat(directory.log)).mode! & 0o777, 0o640);
  await Deno.chmod(directory.log, 0o600);
  directory.open().write("x");
  assert.equal((await Deno.stat(directory.log)).mode! & 0o777, 0o600);
});

Deno.test("write() rotates before a line would make the file too large", async () => {
  await using directory = new LogDirectory();
  const log = directory.open({ maxBytes: 10, backups: 2 });
  for (const line of ["aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "gggg"]) log.write(line);
  assert.deepEqual(directory.names(), ["x.log", "x.log.1", "x.log.2"]);
  assert.equal(directory.read("x.log.2"), "cccc\ndddd\n");
  assert.equal(directory.read("x.log.1"), "eeee\nffff\n");
  assert.equal(directory.read(), "gggg\n");
});

Deno.test("write() rotates a block of lines at line ends", async () => {
  await using directory = new LogDirectory();
  const log = directory.open({ maxBytes: 10, backups: 5 });
  log.write(bytes("aaaa\nbbbb\ncccc\ndd\nee\nff\nlast"));
  assert.equal(directory.read("x.log.2"), "aaaa\nbbbb\n");
  assert.equal(directory.read("x.log.1"), "cccc\ndd\n");
  assert.equal(directory.read(), "ee\nff\nlast");
  log.write(bytes(" word of the line\nnext\n"));
  assert.equal(directory.read("x.log.1"), "ee\nff\nlast word of the line\n");
  assert.equal(directory.read(), "next\n");
});

Deno.test("write() never cuts a line that is larger than a whole file", async () => {
  await using directory = new LogDirectory();
  const log = directory.open({ maxBytes: 10, backups: 3 });
  log.write("short");
  log.write("a line of more than ten bytes");
  log.write("end");
  assert.equal(directory.read("x.log.2"), "short\n");
  assert.equal(directory.read("x.log.1"), "a line of more than ten bytes\n");
  assert.equal(directory.read(), "end\n");
});

Deno.test("write() starts the file over when no backups are kept", async () => {
  await using directory = new LogDirectory();
  const log = directory.open({ maxBytes: 10, backups: 0 });
  for (const line of ["aaaa", "bbbb", "cccc"]) log.write(line);
  assert.deepEqual(directory.names(), ["x.log"]);
  assert.equal(directory.read(), "cccc\n");
});

Deno.test("write() never rotates with a size of 0, and takes over a file of any size", async () => {
  await using directory = new LogDirectory();
  const log = directory.open({ maxBytes: 0, backups: 3 });
  for (let count = 0; count < 1000; count++) log.write("line");
  assert.deepEqual(directory.names(), ["x.log"]);
  directory.open({ maxBytes: 100, backups: 1 }).write("next");
  assert.equal(directory.read("x.log.1").length, 5000);
  assert.equal(directory.read(), "next\n");
});

Deno.test("write() goes on in the large file when rotation fails", async () => {
  await using directory = new LogDirectory();
  const log = directory.open({ maxBytes: 10, backups: 1 });
  await Deno.mkdir(`${directory.log}.1`);
  for (const line of ["aaaa", "bbbb", "cccc", "dddd"]) log.write(line);
  assert.match(directory.read(), /^aaaa\nbbbb\ncannot rename ".*": .*\(EISDIR\)\ncccc\n/);
  assert.match(directory.read(), /dddd\n$/);
  assert.equal(log.lostLines, 0);
  await Deno.remove(`${directory.log}.1`);
  for (let count = 0; count < 30; count++) log.write("more");
  assert.ok((await Deno.stat(directory.log)).size <= 10);
});

Deno.test("write() follows a path whose file was moved or deleted", async () => {
  await using directory = new LogDirectory();
  const log = directory.open();
  log.write("one");
  await Deno.rename(directory.log, `${directory.path}/moved`);
  log.write("two");
  assert.equal(directory.read("moved"), "one\n");
  assert.equal(directory.read(), "two\n");
  await Deno.remove(directory.log);
  log.write("three");
  assert.equal(directory.read(), "three\n");
});

Deno.test("write() notices that somebody has emptied the file", async () => {
  await using directory = new LogDirectory();
  const log = directory.open({ maxBytes: 10, backups: 1 });
  log.write("aaaaaaa");
  await Deno.truncate(directory.log);
  log.write("bbbbbbb");
  assert.deepEqual(directory.names(), ["x.log"]);
  assert.equal(directory.read(), "bbbbbbb\n");
});

Deno.test("reopen() opens the path again", async () => {
  await using directory = new LogDirectory();
  const log = directory.open();
  await Deno.rename(directory.log, `${directory.path}/moved`);
  log.reopen();
  assert.equal(directory.read(), "");
  assert.equal(log.problem, null);
});

Deno.test("write() counts what is lost while the directory is gone, and says so after", async () => {
  await using directory = new LogDirectory();
  await Deno.mkdir(`${directory.path}/sub`);
  const log = directory.open({ path: `${directory.path}/sub/x.log` });
  log.write("one");
  await Deno.remove(`${directory.path}/sub`, { recursive: true });
  log.write("two");
  log.write(bytes("three\nfour\n"));
  assert.equal(log.lostLines, 3);
  assert.match(
    log.problem!,
    /^cannot open ".*\/sub\/x\.log": no such file or directory \(ENOENT\)$/,
  );
  await Deno.mkdir(`${directory.path}/sub`);
  log.write("five");
  assert.match(directory.read("sub/x.log"), /^3 lines lost: cannot open ".*ENOENT\)\nfive\n$/);
  assert.equal(log.problem, null);
  assert.equal(log.lostLines, 3);
});

Deno.test("openLogFile() does not throw for a path that cannot be opened", async () => {
  await using directory = new LogDirectory();
  const log = directory.open({ path: directory.path });
  assert.match(log.problem!, /^cannot open ".*": illegal operation on a directory \(EISDIR\)$/);
  log.write("lost");
  log.reopen();
  assert.equal(log.lostLines, 1);
});

Deno.test("write() survives a full disk and tells about it when there is room again", async () => {
  await using directory = new LogDirectory();
  await Deno.symlink("/dev/full", directory.log);
  const log = directory.open({ formatNote: (message) => JSON.stringify({ message }) });
  log.write("lost");
  assert.match(log.problem!, /^cannot write to ".*": no space left on device \(ENOSPC\)$/);
  await Deno.remove(directory.log);
  log.write("kept");
  const [note, line] = directory.read().split("\n");
  assert.match(JSON.parse(note!).message, /^1 line lost: cannot write to .*ENOSPC\)$/);
  assert.equal(line, "kept");
});

Deno.test("close() leaves a note about lines lost at the end", async () => {
  await using directory = new LogDirectory();
  await Deno.symlink("/dev/full", directory.log);
  const log = directory.open();
  log.write("lost");
  await Deno.remove(directory.log);
  log.close();
  assert.match(directory.read(), /^1 line lost: .*\n$/);
});

Deno.test("write() ends a line that was cut off before it says what was lost", async () => {
  await using directory = new LogDirectory();
  check(libc().mkfifo(cString(directory.log), 0o600), { call: "mkfifo" });
  const O_RDONLY_NONBLOCK = 0o4000;
  const reader = check(libc().open(cString(directory.log), O_RDONLY_NONBLOCK, 0), { call: "open" });
  const log = directory.open();
  const long = "x".repeat(100_000);
  log.write(long);
  assert.equal(log.lostLines, 1);
  const [start, rest] = [readAll(reader), (log.write("next"), readAll(reader))];
  assert.equal(start, long.slice(0, start.length));
  assert.ok(start.length > 0 && start.length < long.length);
  assert.match(rest, /^\n1 line lost: .*\(EAGAIN\)\nnext\n$/);
  libc().close(reader);
});

/** What is in the FIFO now. */
function readAll(fd: number): string {
  let text = "";
  const buffer = new Uint8Array(new ArrayBuffer(65536));
  for (;;) {
    const count = Number(libc().read(fd, buffer, 65536n));
    if (count <= 0) return text;
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
}

Deno.test("openLogFile() does not wait for somebody to read a FIFO", async () => {
  await using directory = new LogDirectory();
  check(libc().mkfifo(cString(directory.log), 0o600), { call: "mkfifo" });
  const log = directory.open({ maxBytes: 1, backups: 1 });
  log.write("lost");
  assert.match(log.problem!, /\(ENXIO\)$/);
  assert.deepEqual(directory.names(), ["x.log"]);
});

Deno.test("write() to /dev/null never fails and never rotates", () => {
  const log = openLogFile({ path: "/dev/null", maxBytes: 1, backups: 1 });
  log.write("one");
  log.write("two");
  assert.equal(log.problem, null);
  log.close();
});

Deno.test("write() to /dev/stdout and /dev/stderr uses the descriptors as they are", async () => {
  const url = new URL("../../../src/sys/files/log_file.ts", import.meta.url).href;
  const code = `import { openLogFile } from ${JSON.stringify(url)};
    for (const name of ["stdout", "stderr"]) {
      const log = openLogFile({ path: "/dev/" + name, maxBytes: 1, backups: 1 });
      log.write("to " + name);
      log.reopen();
      log.write("again");
      if (log.problem !== null) throw new Error(log.problem);
      log.close();
    }`;
  await using directory = new LogDirectory();
  // A file that was written to before must not be started over.
  const output = await new Deno.Command("/bin/sh", {
    args: [
      ...["-c", 'echo before >"$0"; "$@" >>"$0"', directory.log],
      ...[Deno.execPath(), "eval", "--no-lock", code],
    ],
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(new TextDecoder().decode(output.stderr), "to stderr\nagain\n");
  assert.equal(directory.read(), "before\nto stdout\nagain\n");
});

Deno.test("openLogFile() follows a link in a directory that is only ours, and rotates there", async () => {
  await using directory = new LogDirectory();
  await Deno.mkdir(`${directory.path}/elsewhere`);
  await Deno.symlink(`${directory.path}/elsewhere/real.log`, directory.log);
  await Deno.writeTextFile(`${directory.path}/elsewhere/real.log`, "");
  const log = directory.open({ maxBytes: 10, backups: 1 });
  for (const line of ["aaaa", "bbbb", "cccc"]) log.write(line);
  assert.deepEqual(directory.names(), ["elsewhere", "x.log"]);
  assert.equal(directory.read("elsewhere/real.log.1"), "aaaa\nbbbb\n");
  assert.equal(directory.read(), "cccc\n");
});

Deno.test("openLogFile() refuses a link where others could have planted it", async () => {
  await using directory = new LogDirectory();
  await Deno.chmod(directory.path, 0o1777);
  await Deno.writeTextFile(`${directory.path}/precious`, "precious\n");
  await Deno.symlink(`${directory.path}/precious`, directory.log);
  const log = directory.open();
  log.write("x");
  assert.match(log.problem!, /symbolic link in a directory that others may write/);
  assert.equal(directory.read("precious"), "precious\n");
});

Deno.test("write() refuses a link that takes the place of the file", async () => {
  await using directory = new LogDirectory();
  await Deno.chmod(directory.path, 0o1777);
  await Deno.writeTextFile(`${directory.path}/precious`, "precious\n");
  const log = directory.open();
  log.write("one");
  await Deno.remove(directory.log);
  await Deno.symlink(`${directory.path}/precious`, directory.log);
  log.write("two");
  assert.equal(directory.read("precious"), "precious\n");
  assert.equal(log.lostLines, 1);
});
