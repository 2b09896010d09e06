/**
 * A process that does nothing but keep FIFOs open. What is unread in a FIFO is thrown away when the
 * last one who has it open closes it (fifo(7)): without this, a program that ends while we are dead
 * would take the end of its output with it. It is a bash, for that is on almost every machine,
 * needs about 2 MB for all FIFOs together and nothing while it waits.
 */
import { existsSync, readFileSync } from "node:fs";
import { integer, object, type Shape, text } from "../../base/shape.ts";
import { EPOLLIN, EPOLLOUT, watch } from "../epoll.ts";
import { cString, libc } from "../libc.ts";
import { reapOwn } from "../process/exit_of_pidfd.ts";
import { closePidfd, openPidfd, signalProcess, watchEnd } from "../process/pidfd.ts";
import { claimChild } from "../process/reaper.ts";
import { within } from "../within.ts";
import { Fifo, prepareFifoDirectory } from "./fifo.ts";
import { HOLDER_SCRIPT } from "./holder_script.ts";

const SHELLS = ["/bin/bash", "/usr/bin/bash"];
/** No key has a FIFO with such a name: see `fifoName`. */
const COMMANDS = ".holder.commands";
const ANSWERS = ".holder.answers";
const PIPE_BUF = 4096;
/** Of a character in a path, as it is written. */
const MOST_BYTES_EACH = 3;
/** One that somebody has stopped (SIGSTOP) reads no command. */
const QUIT_LIMIT_MS = 2000;
const SIGKILL = 9;

/** What has to be recorded of a holder, for the next start to find it. */
export interface HolderIdentity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: tells it from a later process with its pid. */
  readonly startTime: string;
  /** A pid and a start time mean nothing after a reboot. */
  readonly bootId: string;
}

export const holderIdentityShape: Shape<HolderIdentity> = object<HolderIdentity>({
  pid: integer(2, Number.MAX_SAFE_INTEGER),
  startTime: text,
  bootId: text,
});

export interface FifoHolderOptions {
  /** The directory of the FIFOs. */
  readonly directory: string;
  /** It has ended though nobody told it to: nothing is held any more. */
  readonly onEnded: () => void;
}

export class FifoHolder {
  readonly identity: HolderIdentity;
  readonly #pidfd: number;
  readonly #commands: Fifo;
  readonly #answers: Fifo;
  readonly #unwatchAnswers: () => void;
  #unwatchEnd: () => void;
  /** What the command FIFO had no room for. */
  #unsent: string[] = [];
  #unwatchRoom: (() => void) | null = null;
  #lastToken = 0;
  /** By token: who waits to hear that a FIFO is held. */
  readonly #waiting = new Map<string, () => void>();
  #partOfAnswer = "";
  #isAlive = true;
  /** null when it was adopted. */
  readonly #reaped: Promise<unknown> | null;

  /** False on a machine without bash; then there can be no holder. */
  static get isAvailable(): boolean {
    return shell() !== undefined;
  }

  /** Starts one. Throws an Error, also where none is available. */
  static start(options: FifoHolderOptions): FifoHolder {
    const command = shell();
    if (command === undefined) throw new Error(`there is no ${SHELLS.join(" or ")}`);
    prepareFifoDirectory(options.directory);
    const paths = [COMMANDS, ANSWERS].map((name) => `${options.directory}/${name}`);
    paths.forEach(dismissPredecessor);
    const [commands, answers] = paths.map((path) => new Fifo(path)) as [Fifo, Fifo];
    const child = new Deno.Command(command, {
      args: ["-c", HOLDER_SCRIPT, "taskmaster-fifo-holder", ...paths],
      cwd: "/",
      clearEnv: true,
      env: { LC_ALL: "C" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
    child.unref();
    const reaped = child.status.finally(claimChild(child.pid));
    return new FifoHolder(identify(child.pid)!, { commands, answers }, options, reaped);
  }

  /** Takes over the one of an earlier run; undefined when it is gone. */
  static adopt(identity: HolderIdentity, options: FifoHolderOptions): FifoHolder | undefined {
    const now = identify(identity.pid);
    if (now?.startTime !== identity.startTime || now.bootId !== identity.bootId) return undefined;
    const [commands, answers] = [COMMANDS, ANSWERS].map((name) => `${options.directory}/${name}`);
    if (!existsSync(commands!) || !existsSync(answers!)) return undefined;
    const fifos = { commands: new Fifo(commands!), answers: new Fifo(answers!) };
    return new FifoHolder(identity, fifos, options, null);
  }

  private constructor(
    identity: HolderIdentity,
    { commands, answers }: { readonly commands: Fifo; readonly answers: Fifo },
    options: FifoHolderOptions,
    reaped: Promise<unknown> | null,
  ) {
    this.identity = identity;
    this.#commands = commands;
    this.#answers = answers;
    this.#reaped = reaped;
    this.#pidfd = openPidfd(identity.pid)!;
    this.#unwatchAnswers = watch(answers.fd, EPOLLIN, () => this.#readAnswers());
    this.#unwatchEnd = watchEnd(this.#pidfd, () => {
      this.#reapAdopted();
      this.close();
      options.onEnded();
    });
  }

  /** False after its end, and after `close` and `quit`. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /**
   * Has a FIFO kept open until it is released. It is soon so, and from when `onHeld` is called;
   * what is asked for survives us even before that.
   */
  hold(fifo: Fifo, onHeld?: () => void): void {
    if (!this.#isAlive) return;
    const token = `${Deno.pid}.${++this.#lastToken}`;
    if (onHeld !== undefined) this.#waiting.set(token, onHeld);
    const hold = `hold ${token} ${fifo.path}\n`;
    if (!fifo.isNew) return this.#send(hold);
    // There may have been another one with this name.
    const release = releaseCommand(fifo.path);
    // In one write if they fit, for each one wakes the holder.
    const isShort = MOST_BYTES_EACH * (release.length + hold.length) <= PIPE_BUF;
    for (const command of isShort ? [release + hold] : [release, hold]) this.#send(command);
  }

  release(path: string): void {
    if (this.#isAlive) this.#send(releaseCommand(path));
  }

  /** Ends it; resolves when it has ended. */
  async quit(): Promise<void> {
    if (!this.#isAlive) return;
    this.#unwatchEnd();
    const ended = new Promise<void>((resolve) => {
      this.#unwatchEnd = watchEnd(this.#pidfd, resolve);
    });
    this.#send("quit - -\n");
    if (!await within(QUIT_LIMIT_MS, ended)) {
      signalProcess(this.#pidfd, SIGKILL);
      await ended;
    }
    await this.#reaped;
    this.#reapAdopted();
    this.#commands.unlink();
    this.#answers.unlink();
    this.close();
  }

  /** After an upgrade it is still our child, of whom the runtime knows nothing any more. */
  #reapAdopted(): void {
    if (this.#reaped === null) reapOwn(this.#pidfd);
  }

  /** Leaves it alone: it goes on without us. */
  close(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#waiting.clear();
    this.#unwatchRoom?.();
    this.#unwatchAnswers();
    this.#unwatchEnd();
    this.#commands.close();
    this.#answers.close();
    closePidfd(this.#pidfd);
  }

  #send(command: string): void {
    if (this.#unsent.push(command) === 1) this.#flush();
  }

  /** A command is shorter than PIPE_BUF, so it is written as a whole or not at all (pipe(7)). */
  #flush(): void {
    for (let command = this.#unsent[0]; command !== undefined; command = this.#unsent[0]) {
      const bytes = new TextEncoder().encode(command);
      const count = Number(libc().write(this.#commands.fd, bytes, BigInt(bytes.length)));
      // We have it open for reading, too, so nothing else can be wrong with it.
      if (count === -1) return this.#waitForRoom();
      this.#unsent.shift();
    }
  }

  #waitForRoom(): void {
    this.#unwatchRoom ??= watch(this.#commands.fd, EPOLLOUT, () => {
      this.#unwatchRoom?.();
      this.#unwatchRoom = null;
      this.#flush();
    });
  }

  /** Answers to an earlier run may be among them; nobody waits for those tokens. */
  #readAnswers(): void {
    const buffer = new Uint8Array(4096);
    const count = Number(libc().read(this.#answers.fd, buffer, BigInt(buffer.length)));
    const text = this.#partOfAnswer + new TextDecoder().decode(buffer.subarray(0, count));
    const tokens = text.split("\n");
    this.#partOfAnswer = tokens.pop()!;
    for (const token of tokens) {
      const onHeld = this.#waiting.get(token);
      this.#waiting.delete(token);
      onHeld?.();
    }
  }
}

function releaseCommand(path: string): string {
  return `release - ${path}\n`;
}

function shell(): string | undefined {
  return SHELLS.find((path) => existsSync(path));
}

/** undefined when there is no such process, or it is a zombie. */
function identify(pid: number): HolderIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return { pid, startTime: fields[19]!, bootId };
}

/** A holder that nobody knows of any more must not read the commands for the next one. */
function dismissPredecessor(path: string): void {
  if (!existsSync(path)) return;
  const fifo = new Fifo(path);
  const quit = cString("quit - -\n");
  if (path.endsWith(COMMANDS)) libc().write(fifo.fd, quit, BigInt(quit.length - 1));
  fifo.close();
  fifo.unlink();
}
