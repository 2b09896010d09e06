/** What the programs (bench/stamp.c) tell of themselves, through one FIFO. */
import { runCommand } from "./run_command.ts";

export interface Stamp {
  readonly name: string;
  readonly pid: number;
  /** Of the monotonic clock. */
  readonly ms: number;
}

const LIMIT_MS = 120_000;
const END_LIMIT_MS = 15_000;

/** Compiles the program into the directory; gives its path. */
export async function compileProgram(directory: string): Promise<string> {
  const program = `${directory}/stamp`;
  const source = new URL("stamp.c", import.meta.url).pathname;
  try {
    await runCommand(["cc", "-O2", "-static", "-o", program, source]);
  } catch (error) {
    throw new Error("the program to be supervised needs a C compiler (Debian package gcc)", {
      cause: error,
    });
  }
  return program;
}

export class Stamps {
  readonly fifo: string;
  /** All so far. */
  readonly all: Stamp[] = [];
  readonly #latest = new Map<string, Stamp>();
  /** Keeps the end of the FIFO from being seen when no program has it open. */
  readonly #keeper: Deno.FsFile;
  readonly #end: Promise<void>;
  #isKept = true;
  #check: () => void = () => {};

  private constructor(fifo: string) {
    this.fifo = fifo;
    this.#keeper = Deno.openSync(fifo, { read: true, write: true });
    this.#end = this.#read(Deno.openSync(fifo, { read: true }));
  }

  /** The caller ends it with `ended` or `close`. */
  static async open(directory: string): Promise<Stamps> {
    const fifo = `${directory}/stamps`;
    await runCommand(["mkfifo", fifo]);
    return new Stamps(fifo);
  }

  latest(name: string): Stamp {
    const stamp = this.#latest.get(name);
    if (stamp === undefined) throw new Error(`${name} has not been started`);
    return stamp;
  }

  /** Names that have been told. */
  get started(): number {
    return this.#latest.size;
  }

  /** The pids of the last of each name. */
  get pids(): number[] {
    return [...this.#latest.values()].map(({ pid }) => pid);
  }

  /** Resolves when it holds; looked at with each stamp. One at a time. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Error(`${what}: not after ${LIMIT_MS / 1000} s`)),
      LIMIT_MS,
    );
    this.#check = () => holds() && resolve();
    this.#check();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#check = () => {};
    }
  }

  /**
   * Resolves when the last program that runs has ended: with true, or with false when that takes
   * too long. It is no use afterwards.
   */
  async ended(limitMs = END_LIMIT_MS): Promise<boolean> {
    if (this.#isKept) this.#keeper.close();
    this.#isKept = false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), limitMs);
    void this.#end.then(() => resolve(true));
    return await promise.finally(() => clearTimeout(timer));
  }

  async #read(reader: Deno.FsFile): Promise<void> {
    let rest = "";
    for await (const text of reader.readable.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) this.#add(line);
      this.#check();
    }
  }

  #add(line: string): void {
    const [name = "", pid, ns] = line.split(" ");
    const stamp = { name, pid: Number(pid), ms: Number(ns) / 1e6 };
    this.all.push(stamp);
    this.#latest.set(name, stamp);
  }
}
