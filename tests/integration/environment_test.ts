/** What a child finds when it starts. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shell } from "../programs/commands.ts";
import { childEnvironment } from "../support/child_environment.ts";
import { commandName, descriptorsOf, directoryOf, statOf, statusLine } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";

/** The pid of a process whose command is sleep, once it has become that: it begins as a shell. */
async function sleeper(tm: Taskmaster, process: string): Promise<number> {
  const { pid } = await tm.next(process, "started");
  await tm.until(() => commandName(pid) === "sleep");
  await childEnvironment(tm, pid); // the name comes first, the program after
  return pid;
}

/** Of a process that must have 0, 1 and 2; in its first moments it opens its libraries as well. */
async function settledDescriptors(tm: Taskmaster, pid: number): Promise<Record<string, string>> {
  const limitMs = 2000;
  await tm.until(() => Object.keys(descriptorsOf(pid)).join() === "0,1,2", limitMs)
    .catch(() => {}); // what is too much is said below
  const descriptors = descriptorsOf(pid);
  assert.deepEqual(Object.keys(descriptors), ["0", "1", "2"], JSON.stringify(descriptors));
  return descriptors;
}

function read(tm: Taskmaster, path: string): string {
  return readFileSync(join(tm.place.directory, path), "utf8");
}

Deno.test("a child has our environment, that of taskmaster: and its own, in this order", async () => {
  await using tm = await startTaskmaster({
    programs: `
      web:
        cmd: sleep 1000
        numprocs: 2
        starttime: 0
        env: {ANSWER: 42, FLAG: yes, VERSION: 1.10, EMPTY: "", WITH SPACE: "a b", REMOVED: , SHARED: own}
      plain: {cmd: sleep 1000, starttime: 0}
    `,
    daemon: "env: {SHARED: everybody, TZ: UTC, INHERITED_TOO: }",
    env: { INHERITED: "yes", REMOVED: "still here", INHERITED_TOO: "still here" },
  });
  const web = await childEnvironment(tm, await sleeper(tm, "web:1"));
  const wanted = {
    INHERITED: "yes",
    ANSWER: "42",
    FLAG: "yes",
    VERSION: "1.10",
    EMPTY: "",
    "WITH SPACE": "a b",
    SHARED: "own",
    TZ: "UTC",
    TASKMASTER_PROGRAM: "web",
    TASKMASTER_PROCESS: "web:1",
    TASKMASTER_PROCESS_NUM: "1",
    SUPERVISOR_ENABLED: "1",
    SUPERVISOR_PROCESS_NAME: "web:1",
    SUPERVISOR_GROUP_NAME: "web",
  };
  for (const [name, value] of Object.entries(wanted)) assert.equal(web[name], value, name);
  assert.equal(web.REMOVED, undefined);
  assert.equal(web.INHERITED_TOO, undefined);
  const plain = await childEnvironment(tm, await sleeper(tm, "plain"));
  assert.equal(plain.REMOVED, "still here");
  assert.equal(plain.SHARED, "everybody");
  assert.equal(plain.ANSWER, undefined);
  assert.equal(plain.TASKMASTER_PROCESS, "plain");
  await tm.end();
});

Deno.test("umask and workingdir are those of the program", async () => {
  const look = shell("umask; pwd; : >file-$TASKMASTER_PROGRAM; exec sleep 1000");
  await using tm = await startTaskmaster({
    programs: `
      strict: {cmd: ${look}, starttime: 0, umask: 077, workingdir: out}
      octal: {cmd: ${look}, starttime: 0, umask: 27, workingdir: out}
      plain: {cmd: ${shell("umask; exec sleep 1000")}, starttime: 0}
      elsewhere: {cmd: sleep 1000, starttime: 0, workingdir: /}
    `,
    daemon: "umask: 002",
  });
  const { out, directory } = tm.place;
  await tm.until(() => tm.output("strict") === `0077\n${out}\n`);
  await tm.until(() => tm.output("octal") === `0027\n${out}\n`);
  await tm.until(() => tm.output("plain") === "0002\n");
  for (const process of ["strict", "octal"]) await sleeper(tm, process);
  const mode = (path: string) => (Deno.statSync(join(out, path)).mode ?? 0) & 0o777;
  await tm.until(() => read(tm, "out").length >= 0 && true).catch(() => {});
  assert.equal(mode("file-strict"), 0o600);
  assert.equal(mode("file-octal"), 0o640);
  assert.equal(directoryOf((await tm.next("plain", "started")).pid), directory);
  assert.equal(directoryOf((await tm.next("elsewhere", "started")).pid), "/");
  await tm.end();
});

Deno.test("a child has the descriptors 0, 1 and 2 alone, its own session, default signals", async () => {
  await using tm = await startTaskmaster({
    programs: `
      web: {cmd: sleep 1000, starttime: 0, numprocs: 2}
      quiet: {cmd: sleep 1000, starttime: 0, stdout: discard, stderr: stdout}
    `,
    // Whoever starts us left a file and the end of a pipe open, and ignores some signals.
    prefix: ["sh", "-c", 'trap "" HUP INT PIPE TERM; exec "$@" 7</etc/passwd 9>&1', "sh"],
  });
  const pid = await sleeper(tm, "web:1");
  assert.equal((await settledDescriptors(tm, pid))[0], "/dev/null");
  const stat = statOf(pid);
  assert.equal(stat?.session, pid);
  assert.equal(stat?.group, pid);
  assert.equal(stat?.parent, tm.pid);
  for (const name of ["SigBlk", "SigIgn", "SigCgt"]) {
    const signals = BigInt(`0x${statusLine(pid, name)[0]}`);
    // From 32 on they are not ours to change: the C library keeps some for itself.
    assert.equal(signals & 0x7fff_ffffn, 0n, name);
  }
  const quiet = await settledDescriptors(tm, await sleeper(tm, "quiet"));
  assert.deepEqual(quiet, { 0: "/dev/null", 1: "/dev/null", 2: "/dev/null" });
  await tm.end();
});

Deno.test("output goes where stdout and stderr say, and is appended to what is there", async () => {
  const speak = shell(
    "echo out $TASKMASTER_PROCESS; echo err $TASKMASTER_PROCESS >&2; exec sleep 1000",
  );
  const settings = `cmd: ${speak}, starttime: 0`;
  await using tm = await startTaskmaster({
    programs: `
      apart: {${settings}, numprocs: 2, stdout: "out/{program}-{num}.out", stderr: "out/{process}.err"}
      merged: {${settings}, stdout: out/new/merged, stderr: stdout}
      same: {${settings}, stdout: out/same, stderr: out/same}
      silent: {${settings}, stdout: discard, stderr: /dev/null}
      shared: {${settings}, numprocs: 3, stdout: out/shared, stderr: discard}
      through: {${settings}, stdout: inherit, stderr: inherit}
    `,
  });
  const lines = (path: string) => () => {
    const text = Deno.statSync(tm.place.out).isDirectory ? tryRead(tm, path) : "";
    return text.split("\n").filter((line) => line !== "").sort();
  };
  const holds = (path: string, wanted: string[]) =>
    tm.until(() => JSON.stringify(lines(path)()) === JSON.stringify(wanted));
  await holds("out/apart-1.out", ["out apart:1"]);
  await holds("out/apart:0.err", ["err apart:0"]);
  await holds("out/new/merged", ["err merged", "out merged"]);
  await holds("out/same", ["err same", "out same"]);
  await holds("out/shared", ["out shared:0", "out shared:1", "out shared:2"]);
  await holds("stdout", ["out through"]);
  await tm.until(() => tm.stderr().includes("err through\n"));
  assert.equal(tryRead(tm, "log/silent-0.stdout.log"), "");
  const { pid } = await tm.next("apart:1", "started");
  Deno.kill(pid, "SIGKILL");
  await holds("out/apart-1.out", ["out apart:1", "out apart:1"]);
  await tm.end();
});

function tryRead(tm: Taskmaster, path: string): string {
  try {
    return read(tm, path);
  } catch {
    return "";
  }
}
