/** `taskmaster hash-password`: what it takes and gives, and that the terminal survives it. */
import assert from "node:assert/strict";
import { isPassword } from "../../src/control/password.ts";
import { parsePasswordHash } from "../../src/core/password_hash.ts";
import { processesOf } from "../support/proc.ts";
import { type Pty, spawnInPty } from "../support/pty.ts";
import { taskmasterCommand } from "../support/taskmaster_run.ts";

const COMMAND = [...taskmasterCommand(), "hash-password"];
const HASH = /\$scrypt\$ln=15,r=8,p=1\$\S+/;

/** It runs in a shell, which afterwards tells the exit code and whether the terminal echoes. */
const TELL = `trap : INT QUIT
"$@"
echo "code $?"
stty -a | tr -s ' ;' '\\n' | grep -x -e icanon -e echo -e isig | tr '\\n' ' '`;

function start(): Pty {
  return spawnInPty(["sh", "-c", TELL, "sh", ...COMMAND], { cols: 200 });
}

async function isHashOf(password: string, text: string): Promise<boolean> {
  const hash = parsePasswordHash(HASH.exec(text)?.[0] ?? "");
  assert.ok(hash.ok, text);
  return await isPassword(password, hash.value);
}

async function ended(pty: Pty, code: number): Promise<void> {
  await pty.waitFor(new RegExp(`code ${code}\n.*isig icanon echo`));
}

Deno.test("hash-password asks twice, shows nothing of it, and prints the hash", async () => {
  await using pty = start();
  await pty.waitFor(/^Password:$/);
  pty.write("sesam öffnne\x7f\x7fe dich\r");
  await pty.waitFor(/^Password: ?\nThe same again:$/);
  pty.write("sesam öffne dich\r");
  await ended(pty, 0);
  assert.doesNotMatch(pty.raw, /sesam|dich/);
  assert.equal(await isHashOf("sesam öffne dich", pty.raw), true);
});

Deno.test("hash-password shows nothing of two lines that are pasted at once", async () => {
  await using pty = start();
  await pty.waitFor(/^Password:$/);
  pty.write("sesam\rsesam\r");
  await ended(pty, 0);
  assert.doesNotMatch(pty.raw, /sesam/);
  assert.equal(await isHashOf("sesam", pty.raw), true);
});

Deno.test("hash-password refuses two passwords that differ, and an empty one", async () => {
  await using differ = start();
  await differ.waitFor(/^Password:$/);
  differ.write("one\rtwo\r");
  await differ.waitFor(/^taskmaster: the two passwords differ$/m);
  await ended(differ, 1);
  assert.doesNotMatch(differ.raw, HASH);
  await using empty = start();
  await empty.waitFor(/^Password:$/);
  empty.write("\r");
  await empty.waitFor(/^taskmaster: the password is empty$/m);
  await ended(empty, 1);
});

const ENDS: readonly (readonly [name: string, end: (pty: Pty) => void, code: number])[] = [
  ["Ctrl-C", (pty) => pty.write("\x03"), 130],
  ["Ctrl-\\", (pty) => pty.write("\x1c"), 130],
  ["Ctrl-D", (pty) => pty.write("\x04"), 1],
  ["SIGTERM", (pty) => Deno.kill(processesOf({ parent: pty.pid })[0]!, "SIGTERM"), 130],
];

for (const [name, end, code] of ENDS) {
  for (const prompt of ["Password", "The same again"]) {
    Deno.test(`hash-password leaves the terminal as it was: ${name} at "${prompt}"`, async () => {
      await using pty = start();
      await pty.waitFor(/^Password:$/);
      if (prompt !== "Password") pty.write("half\r");
      await pty.waitFor(new RegExp(`^${prompt}:$`, "m"));
      end(pty);
      await ended(pty, code);
      assert.doesNotMatch(pty.raw, HASH);
    });
  }
}

Deno.test("hash-password gives the terminal back on Ctrl-Z, and asks again after fg", async () => {
  const bash = ["bash", "--norc", "--noprofile", "--noediting", "-i"];
  const env = { PS1: "bash> ", HASH_PASSWORD: COMMAND.join(" ") };
  await using pty = spawnInPty(bash, { cols: 250, env });
  await pty.waitFor(/bash>$/);
  pty.write("$HASH_PASSWORD\r");
  await pty.waitFor(/^Password:$/m);
  pty.write("\x1a");
  await pty.waitFor(/Stopped.*\nbash>$/);
  pty.write("stty -a | tr -s ' ;' '\\n' | grep -x -e icanon -e echo -e isig | wc -l\r");
  await pty.waitFor(/^3\nbash>$/m);
  pty.write("fg\r");
  await pty.waitFor(/Password:$/);
  pty.write("sesam\rsesam\r");
  await pty.waitFor(/The same again: ?\n\$scrypt\S+\nbash>$/);
  assert.doesNotMatch(pty.raw, /sesam/);
});

/** Runs it with this on standard input, which is a pipe. */
async function piped(input: string | Uint8Array): Promise<Record<string, unknown>> {
  const [command = "", ...args] = COMMAND;
  const options = { args, stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(command, options).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(typeof input === "string" ? new TextEncoder().encode(input) : input);
  // It does not wait for the end when it has a line.
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

for (const input of ["sesam", "sesam\n", "sesam\r\n", "sesam\nmore\n"]) {
  Deno.test(`hash-password takes a line from a pipe: ${JSON.stringify(input)}`, async () => {
    const { code, stdout, stderr } = await piped(input);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.equal(await isHashOf("sesam", String(stdout)), true);
  });
}

const UNUSABLE: readonly (readonly [input: string | Uint8Array, message: string])[] = [
  ["", "the password is empty"],
  ["\nsesam\n", "the password is empty"],
  ["x".repeat(1025), "the password is longer than 1024 bytes"],
  ["x".repeat(9000), "the password is longer than 1024 bytes"],
  ["a\tb", "the password contains a control character, which browsers cannot send"],
  [new Uint8Array([0xff, 0x0a]), "the password is not UTF-8 text"],
];

for (const [input, message] of UNUSABLE) {
  const shown = JSON.stringify(String(input).slice(0, 10));
  Deno.test(`hash-password refuses ${shown} from a pipe: ${message}`, async () => {
    assert.deepEqual(await piped(input), {
      code: 1,
      stdout: "",
      stderr: `taskmaster: ${message}\n`,
    });
  });
}
