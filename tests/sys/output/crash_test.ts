import assert from "node:assert/strict";
import { watchingStopped } from "../../../src/sys/epoll.ts";
import { FifoHolder } from "../../../src/sys/output/fifo_holder.ts";
import { OutputHub } from "../../../src/sys/output/output_hub.ts";
import { checksum, checksumOf, rotatedFiles, startWriter } from "./capture.ts";

const PROGRAM = new URL("./crash_program.ts", import.meta.url).pathname;
const NUMBERS = "seq 1 30000000";

/** A supervisor in a process of its own. */
class Supervisor {
  readonly #child: Deno.ChildProcess;
  #isKilled = false;

  /** `limits` is shell code to run before it. */
  constructor(directory: string, limits = ":") {
    const args = ["run", "--no-lock", "--no-check", "--allow-all", PROGRAM, directory];
    this.#child = new Deno.Command("/bin/sh", {
      args: ["-c", `${limits}; exec "$0" "$@"`, Deno.execPath(), ...args],
      stdin: "null",
      stdout: "piped",
    }).spawn();
  }

  /** The path of the FIFO, as soon as it captures. */
  ready(): Promise<string> {
    return this.nextLine();
  }

  /** Of what it prints; it prints its reports. */
  async nextLine(): Promise<string> {
    const reader = this.#child.stdout.getReader();
    const { value } = await reader.read();
    reader.releaseLock();
    return new TextDecoder().decode(value).trim();
  }

  async kill(): Promise<void> {
    if (this.#isKilled) return;
    this.#isKilled = true;
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#child.stdout.cancel();
  }
}

function bytesWritten(log: string): number {
  try {
    return rotatedFiles(log).reduce((sum, path) => sum + Deno.statSync(path).size, 0);
  } catch {
    return -1; // A file was renamed meanwhile.
  }
}

async function untilWritten(log: string, bytes: number): Promise<void> {
  while (bytesWritten(log) < bytes) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Takes over what is left, as the next start does, and writes it. */
async function finish(directory: string, isDone: Promise<unknown>): Promise<void> {
  const fifoDirectory = `${directory}/fifo`;
  const identity = JSON.parse(await Deno.readTextFile(`${directory}/holder.json`));
  const holder = FifoHolder.adopt(identity, { directory: fifoDirectory, onEnded: () => {} });
  assert.ok(holder !== undefined);
  const problems: unknown[] = [];
  const note = (problem: unknown) => problems.push(problem);
  const events = { onLoss: note, onRecovered: note, onWarning: note };
  const hub = new OutputHub({ fifoDirectory, holder, ...events });
  hub.open("web.0.stdout", { path: `${directory}/x.log`, maxBytes: 4_000_000, backups: 1000 });
  await isDone;
  await hub.drain("web.0.stdout", { limitMs: 60_000 });
  await hub.shutdown({ keepFifos: false });
  await holder.quit();
  await watchingStopped();
  assert.deepEqual(problems, []);
}

Deno.test("a kill -9 of the supervisor loses and repeats no byte, ten times", async () => {
  const directory = await Deno.makeTempDir();
  const log = `${directory}/x.log`;
  let supervisor = new Supervisor(directory);
  const writer = startWriter(await supervisor.ready(), NUMBERS);
  try {
    for (let round = 1; round <= 10; round++) {
      await untilWritten(log, round * 15_000_000 + Math.random() * 5_000_000);
      await supervisor.kill();
      if (round === 10) break;
      supervisor = new Supervisor(directory);
      await supervisor.ready();
    }
  } finally {
    await supervisor.kill();
    await finish(directory, writer.status);
  }
  assert.equal(await checksum(rotatedFiles(log)), await checksumOf(NUMBERS));
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${directory}/fifo`)), []);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("what a program wrote is kept when it ends while no supervisor runs", async () => {
  const directory = await Deno.makeTempDir();
  const [log, gate] = [`${directory}/x.log`, `${directory}/gate`];
  await new Deno.Command("mkfifo", { args: [gate] }).output();
  const supervisor = new Supervisor(directory);
  const fifo = await supervisor.ready();
  const writer = startWriter(fifo, 'echo first; read -r go <"$1"; seq 1 1000', gate);
  try {
    await untilWritten(log, 1);
  } finally {
    await supervisor.kill();
    await Deno.writeTextFile(gate, "go\n");
    await writer.status;
    await finish(directory, Promise.resolve());
  }
  assert.equal(await checksum([log]), await checksumOf("echo first; seq 1 1000"));
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a limit on the size of files costs output, not the supervisor", async () => {
  const directory = await Deno.makeTempDir();
  const log = `${directory}/x.log`;
  const supervisor = new Supervisor(directory, "ulimit -f 2000");
  const writer = startWriter(await supervisor.ready(), "seq 1 500000");
  try {
    assert.match(await supervisor.nextLine(), /cannot write to .*: file too large \(EFBIG\)/);
    assert.ok((await writer.status).success);
  } finally {
    await supervisor.kill();
    await writer.status;
  }
  const { size } = await Deno.stat(log);
  assert.ok(size === 2000 * 512 || size === 2000 * 1024, String(size));
  await finish(directory, Promise.resolve());
  await Deno.remove(directory, { recursive: true });
});
