import assert from "node:assert/strict";
import { closeInheritedOnExec, resetIgnoredSignals } from "../../../src/sys/limits.ts";
import { makeProgram } from "../../support/make_program.ts";
import { runProgram, spawnerIn } from "../../support/run_program.ts";

function sh(script: string): readonly string[] {
  return ["/bin/sh", "-c", script];
}

async function failureOf(settings: Parameters<typeof makeProgram>[0]): Promise<string> {
  const directory = await Deno.makeTempDir();
  const { spawner, hub } = spawnerIn(directory);
  try {
    const program = makeProgram(settings);
    const request = { program, num: 0, processName: "web", generation: 1 };
    const outcome = spawner.spawn(request, () => {});
    assert.ok("failure" in outcome);
    return `${outcome.failure.stage}: ${outcome.failure.message}`;
  } finally {
    await hub.shutdown({ keepFifos: false });
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("spawn() gives a child descriptors 0, 1 and 2 and no others", async () => {
  closeInheritedOnExec(); // as every mode does at its start
  // The fourth is the one that ls reads the directory with.
  const { stdout } = await runProgram(["/bin/ls", "/proc/self/fd"]);
  assert.deepEqual(stdout.trim().split("\n"), ["0", "1", "2", "3"]);
});

Deno.test("spawn() gives a child an empty stdin", async () => {
  const { exit, stdout } = await runProgram(sh("cat; readlink /proc/$$/fd/0"));
  assert.deepEqual(exit.exit, { kind: "code", code: 0 });
  assert.equal(stdout, "/dev/null\n");
});

Deno.test("spawn() gives a child its own session and process group", async () => {
  const { stdout } = await runProgram(["/bin/cat", "/proc/self/stat"]);
  const fields = stdout.slice(stdout.lastIndexOf(")") + 2).split(" ");
  const pid = stdout.split(" ")[0];
  assert.deepEqual([fields[2], fields[3]], [pid, pid]);
});

Deno.test("spawn() gives a child an empty signal mask and ignores no signal", async () => {
  resetIgnoredSignals(); // as every mode does at its start
  const { stdout } = await runProgram(["/bin/grep", "^Sig[BI]", "/proc/self/status"]);
  const masks = stdout.trim().split("\n").map((line) => line.split("\t")[1]);
  assert.equal(masks[0], "0".repeat(16));
  // 32 and 33 are glibc's own; it has them ignored in whatever posix_spawn(3) starts.
  assert.match(masks[1] ?? "", /^0000000[01][08]0000000$/);
});

Deno.test("spawn() passes every argument as it is", async () => {
  const args = ["a b", "$HOME", "`id`", "", "*", "'", "--", "-n", "ä\n"];
  const { stdout } = await runProgram(["/usr/bin/printf", "<%s>", ...args]);
  assert.equal(stdout, args.map((arg) => `<${arg}>`).join(""));
});

Deno.test("spawn() keeps the name that the command was given by", async () => {
  const { stdout } = await runProgram(["cat", "/proc/self/cmdline"]);
  assert.equal(stdout, "cat\0/proc/self/cmdline\0");
});

Deno.test("spawn() gives a child its environment and tells it who it is", async () => {
  const env = { "A": "1", "WITH.DOT": "2", "PATH": "/usr/bin:/bin", "HOME": null };
  const { stdout } = await runProgram(["env"], { env, numprocs: 2 }, 1);
  const variables = new Map(
    stdout.trim().split("\n").map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name, value.join("=")];
    }),
  );
  assert.equal(variables.get("A"), "1");
  assert.equal(variables.get("WITH.DOT"), "2");
  assert.equal(variables.has("HOME"), false);
  assert.equal(variables.get("TASKMASTER_PROGRAM"), "web");
  assert.equal(variables.get("TASKMASTER_PROCESS"), "web:1");
  assert.equal(variables.get("TASKMASTER_PROCESS_NUM"), "1");
  assert.equal(variables.get("SUPERVISOR_ENABLED"), "1");
  assert.equal(variables.get("SUPERVISOR_PROCESS_NAME"), "web:1");
  assert.equal(variables.get("SUPERVISOR_GROUP_NAME"), "web");
});

Deno.test("spawn() sets the umask of the child and leaves ours alone", async () => {
  const before = Deno.umask();
  const { stdout } = await runProgram(sh("umask"), { umask: 0o077 });
  assert.equal(stdout, "0077\n");
  assert.equal(Deno.umask(), before);
});

Deno.test("spawn() runs a child in its working directory", async () => {
  const { stdout } = await runProgram(["/bin/pwd"], { workingdir: "/usr" });
  assert.equal(stdout, "/usr\n");
});

Deno.test("spawn() tells a child its working directory, not ours", async () => {
  const { stdout } = await runProgram(["printenv", "PWD"], { workingdir: "/usr" });
  assert.equal(stdout, "/usr\n");
});

Deno.test("spawn() runs a script that does not say by what", async () => {
  const directory = await Deno.makeTempDir();
  const script = `${directory}/script`;
  await Deno.writeTextFile(script, 'echo "$0: $*"\n', { mode: 0o755 });
  const { stdout } = await runProgram(["./script", "a  b"], { workingdir: directory });
  assert.equal(stdout, `${directory}/./script: a  b\n`);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("spawn() appends, and several streams may share a file", async () => {
  const { stdout, stderr } = await runProgram(sh("echo out; echo err >&2; echo out"), {
    stderr: { kind: "stdout" },
  });
  assert.equal(stdout, "out\nerr\nout\n");
  assert.equal(stderr, "");
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "before\n");
    const target = { kind: "file", path } as const;
    await runProgram(sh("echo out; echo err >&2"), { stdout: target, stderr: target });
    assert.equal(await Deno.readTextFile(path), "before\nout\nerr\n");
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("spawn() discards a stream when told to", async () => {
  const { stdout, stderr } = await runProgram(sh("echo out; echo err >&2"), {
    stderr: { kind: "discard" },
  });
  assert.equal(stdout, "out\n");
  assert.equal(stderr, "");
});

Deno.test("spawn() fills placeholders in and creates missing directories", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/new/{program}-{num}-{process}.log`;
    await runProgram(sh("echo hello"), { numprocs: 2, stdout: { kind: "file", path } }, 1);
    assert.equal(await Deno.readTextFile(`${directory}/new/web-1-web:1.log`), "hello\n");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test({
  name: "spawn() reports a death by a real-time signal",
  sanitizeResources: false, // the runtime never lets go of a child whose signal it does not know
  async fn() {
    const { exit } = await runProgram(sh("kill -40 $$"));
    assert.equal(exit.exit.kind, "signal");
  },
});

Deno.test("spawn() names the stage that failed and the place", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const plain = `${directory}/plain`;
    await Deno.writeTextFile(plain, "");
    assert.equal(await failureOf({ command: ["/nope"] }), 'command: no such file: "/nope"');
    assert.equal(
      await failureOf({ command: ["no-such-command"] }),
      'command: no such command: "no-such-command" is not in PATH',
    );
    assert.equal(
      await failureOf({ command: [directory] }),
      `command: is a directory: "${directory}"`,
    );
    assert.equal(
      await failureOf({ command: [plain] }),
      `command: not executable: "${plain}"`,
    );
    assert.equal(
      await failureOf({ workingdir: "/nope" }),
      'workingdir: the working directory "/nope" does not exist',
    );
    assert.equal(
      await failureOf({ workingdir: plain }),
      `workingdir: the working directory "${plain}" is not a directory`,
    );
    assert.match(
      await failureOf({ stdout: { kind: "file", path: `${plain}/log` } }),
      /^stdout: .*\/plain/,
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
