/** What can be known of a process that says it is a child. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { evidenceOf, isSecure } from "../../../src/sys/process/evidence.ts";
import { Fifo } from "../../../src/sys/output/fifo.ts";
import { BECOMING_NOBODY, copyWithMode, honoursSetuid } from "../../support/setuid.ts";
import { NOBODY, testAsRoot } from "../../support/taskmaster_place.ts";

const WEB = { program: "web", num: 0 };
const HONOURS_SETUID = await honoursSetuid();

/** With the directory of a taskmaster, whose FIFO of web:0 is there. */
async function withStateDir(run: (stateDir: string) => Promise<void>): Promise<void> {
  const stateDir = await Deno.makeTempDir();
  await Deno.mkdir(join(stateDir, "fifo"));
  const fifo = new Fifo(join(stateDir, "fifo/web.0.stdout"));
  try {
    await run(stateDir);
  } finally {
    fifo.close();
    await Deno.remove(stateDir, { recursive: true });
  }
}

/** What is known of a process that a shell becomes by `script`, which copies its input. */
async function evidence(stateDir: string, script: string, before: readonly string[] = []) {
  const [program = "", ...args] = [...before, "sh", "-c", script];
  const child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped" }).spawn();
  const [writer, reader] = [child.stdin.getWriter(), child.stdout.getReader()];
  try {
    // What copies is what it is to be by then.
    await writer.write(new TextEncoder().encode("ready"));
    assert.equal(new TextDecoder().decode((await reader.read()).value), "ready");
    return evidenceOf(child.pid, stateDir, WEB);
  } finally {
    await writer.close();
    await reader.cancel();
    await child.status;
  }
}

Deno.test("evidenceOf() knows a process by the FIFO of its own output, and by no other", async () => {
  await withStateDir(async (stateDir) => {
    const uid = Deno.uid();
    const writingTo = (name: string) =>
      evidence(stateDir, `exec 2<>'${stateDir}/${name}'; exec cat`);
    assert.deepEqual(await writingTo("fifo/web.0.stdout"), { uid, hasItsOutput: true });
    new Fifo(join(stateDir, "fifo/web.1.stdout")).close();
    for (const name of ["fifo/web.1.stdout", "web.0.stdout"]) {
      assert.deepEqual(await writingTo(name), { uid, hasItsOutput: false }, name);
    }
  });
});

testAsRoot("evidenceOf() tells whom a process is, but not of one by a setuid file", async () => {
  await withStateDir(async (stateDir) => {
    await Deno.chmod(stateDir, 0o755);
    const nobody = { uid: NOBODY.uid, hasItsOutput: false };
    assert.deepEqual(await evidence(stateDir, "exec cat", BECOMING_NOBODY), nobody);
    if (!HONOURS_SETUID) return;
    const setuid = await copyWithMode("/bin/cat", join(stateDir, "cat"), 0o4755);
    const unknown = { uid: null, hasItsOutput: false };
    assert.deepEqual(await evidence(stateDir, `exec '${setuid}'`, BECOMING_NOBODY), unknown);
  });
});

Deno.test("isSecure() knows a process that was started by a setuid file, of 64 and of 32 bits", () => {
  const long = (secure: number) =>
    new BigUint64Array([33n, 0x7ffe_0000_1000n, 23n, BigInt(secure), 0n, 0n]);
  const short = (secure: number) => new Uint32Array([32, 0xf7f0_0000, 23, secure, 16, 9, 0, 0]);
  for (const vector of [long, short]) {
    assert.equal(isSecure(new Uint8Array(vector(0).buffer)), false);
    assert.equal(isSecure(new Uint8Array(vector(1).buffer)), true);
  }
  // Of which nothing can be told.
  assert.equal(isSecure(new Uint8Array()), true);
});

Deno.test("evidenceOf() finds nothing that speaks for a process that is gone", () => {
  assert.deepEqual(evidenceOf(2 ** 30, "/nowhere", WEB), { uid: null, hasItsOutput: false });
});
