/** A hub in a directory of the test's own, children that write through it, and what it reports. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { watchingStopped } from "../../../src/sys/epoll.ts";
import { FifoHolder } from "../../../src/sys/output/fifo_holder.ts";
import type { LossReport, RecoveryReport } from "../../../src/sys/output/loss.ts";
import { OutputHub, type OutputTarget } from "../../../src/sys/output/output_hub.ts";

export class Capture implements AsyncDisposable {
  readonly directory: string;
  readonly fifoDirectory: string;
  readonly log: string;
  readonly losses: LossReport[] = [];
  readonly recoveries: RecoveryReport[] = [];
  readonly warnings: string[] = [];
  readonly hub: OutputHub;
  readonly holder: FifoHolder | null;
  readonly #wakers: (() => void)[] = [];

  constructor({ withHolder = false, directory = Deno.makeTempDirSync() } = {}) {
    this.directory = directory;
    this.fifoDirectory = `${directory}/fifo`;
    this.log = `${directory}/x.log`;
    const onEnded = () => this.#note(this.warnings, "the holder ended");
    this.holder = withHolder ? FifoHolder.start({ directory: this.fifoDirectory, onEnded }) : null;
    this.hub = new OutputHub({
      fifoDirectory: this.fifoDirectory,
      holder: this.holder,
      onLoss: (report) => this.#note(this.losses, report),
      onRecovered: (report) => this.#note(this.recoveries, report),
      onWarning: (message) => this.#note(this.warnings, message),
    });
  }

  open(key = "web.0.stdout", target: Partial<OutputTarget> = {}): string {
    return this.hub.open(key, { path: this.log, maxBytes: 0, backups: 0, ...target });
  }

  drain(key = "web.0.stdout", limitMs = 60_000): Promise<void> {
    return this.hub.drain(key, { limitMs });
  }

  /** What a child writes to the stream, all of it in the log when the promise settles. */
  async write(text: string, key = "web.0.stdout"): Promise<void> {
    const path = `${this.fifoDirectory}/${key}`;
    const fifo = await Deno.open(path, { read: true, write: true });
    await fifo.write(new TextEncoder().encode(text));
    await this.drain(key);
    fifo.close();
  }

  read(path = this.log): string {
    return Deno.readTextFileSync(path);
  }

  names(directory = this.directory): string[] {
    return Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
  }

  /** Resolves when `condition` holds; it is asked after each report of the hub. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#wakers.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hub.shutdown({ keepFifos: false });
    await this.holder?.quit();
    await watchingStopped();
    const left = this.names(this.fifoDirectory);
    await Deno.remove(this.directory, { recursive: true });
    assert.deepEqual(left, []);
  }

  #note<T>(list: T[], item: T): void {
    list.push(item);
    for (const wake of this.#wakers.splice(0)) wake();
  }
}

/** A child whose standard output is the FIFO; runs a shell script with `args`. */
export function startWriter(fifo: string, script: string, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command("/bin/sh", {
    args: ["-c", `exec 1<>"$0"; ${script}`, fifo, ...args],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
    detached: true,
  }).spawn();
}

/** SHA-256 of the bytes of files, one after the other. */
export async function checksum(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(await Deno.readFile(path));
  return hash.digest("hex");
}

/** SHA-256 of what a shell script writes. */
export async function checksumOf(script: string): Promise<string> {
  const command = new Deno.Command("/bin/sh", { args: ["-c", `{ ${script}; } | sha256sum`] });
  const { stdout } = await command.output();
  return new TextDecoder().decode(stdout).split(" ")[0]!;
}

/** Old files of a log, the oldest first, and then the log. */
export function rotatedFiles(log: string): string[] {
  const name = basename(log);
  const numbers = Array.from(Deno.readDirSync(dirname(log)), (entry) => entry.name)
    .filter((other) => other.startsWith(`${name}.`))
    .map((other) => Number(other.slice(name.length + 1)));
  return [...numbers.sort((a, b) => b - a).map((number) => `${log}.${number}`), log];
}

export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
