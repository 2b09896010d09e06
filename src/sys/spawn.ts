/** Starts children, and watches their ends. */
import type { ChildIdentity } from "../core/stored.ts";
import type { Stray } from "../core/stray.ts";
import type {
  Adopted,
  ChildHandle,
  LeaderExit,
  OutputStream,
  Spawner,
  SpawnFailure,
  SpawnRequest,
  SpawnStage,
} from "../ports/spawner.ts";
import { adopt, findStrays } from "./adopt.ts";
import { LinuxChild, type LinuxChildOptions } from "./child.ts";
import { childEnvironment } from "./child_environment.ts";
import { errorCode, findCommand } from "./find_command.ts";
import { type Captured, type ChildOutput, childOutput, streamKey } from "./child_output.ts";
import type { OutputCopies } from "./output_copies.ts";
import type { OutputHub } from "./output/output_hub.ts";
import { killAndReap } from "./exit_of_pidfd.ts";
import { O_RDONLY, O_RDWR, O_WRONLY } from "./open_flags.ts";
import { closePidfd, openPidfd } from "./pidfd.ts";
import { readStat } from "./proc_stat.ts";
import { becoming } from "./run_as.ts";
import { type Descriptor, type ProcessRequest, startProcess } from "./start_process.ts";
import type { TerminalHub } from "./tty/terminal_hub.ts";
import { lookUpUser, type User } from "./user_database.ts";
import { statSync } from "node:fs";

const NOWHERE = "/dev/null";

class StageError extends Error {
  readonly stage: SpawnStage;

  constructor(stage: SpawnStage, message: string) {
    super(message);
    this.stage = stage;
  }
}

export interface LinuxSpawnerOptions {
  /** Tells the children of one supervisor from those of another. */
  readonly stateDir: string;
  /** Takes the output of the children; the caller shuts it down. */
  readonly hub: OutputHub;
  /** Of children with `tty`; the caller closes it. */
  readonly terminals: TerminalHub;
  readonly onWarning: (message: string) => void;
  /** Sees the output of programs with `copy_output`; null = nobody does. */
  readonly copies: OutputCopies | null;
  /** Names of variables that children do not inherit; asked before each start. */
  readonly withheld: () => ReadonlySet<string>;
}

export class LinuxSpawner implements Spawner {
  readonly #stateDir: string;
  readonly #hub: OutputHub;
  readonly #terminals: TerminalHub;
  readonly #onWarning: (message: string) => void;
  readonly #copies: OutputCopies | null;
  readonly #withheld: () => ReadonlySet<string>;
  /** Taken once: the supervisor's own environment does not change after its start. */
  readonly #inherited = Deno.env.toObject();

  constructor(options: LinuxSpawnerOptions) {
    const { stateDir, hub, terminals, onWarning, copies, withheld } = options;
    this.#stateDir = stateDir;
    this.#hub = hub;
    this.#terminals = terminals;
    this.#onWarning = onWarning;
    this.#copies = copies;
    this.#withheld = withheld;
  }

  spawn(
    request: SpawnRequest,
    onExit: (exit: LeaderExit) => void,
  ): { readonly child: ChildHandle } | { readonly failure: SpawnFailure } {
    try {
      return { child: this.#spawn(request, onExit) };
    } catch (error) {
      if (error instanceof StageError) {
        return { failure: { stage: error.stage, message: error.message } };
      }
      const message = `cannot start: ${error instanceof Error ? error.message : error}`;
      return { failure: { stage: "exec", message } };
    }
  }

  adopt(
    request: SpawnRequest,
    identity: ChildIdentity | null,
    onExit: (exit: LeaderExit) => void,
  ): Adopted | null {
    const callbacks = { onExit, onReleased: () => this.#release(request) };
    const adopted = adopt(this.#stateDir, request, identity, callbacks);
    if (adopted === null) return null;
    const { tty } = request.program;
    // Also when the child is gone: what it wrote at the end may still be in its FIFO.
    const { captured } = childOutput(request);
    if (!tty) this.#copies?.begin(request);
    for (const stream of ["stdout", "stderr"] as const) {
      const one = captured[stream];
      if (one === null) continue;
      const path = this.#goOnCapturing(one);
      if (path !== null && adopted.remains.kind === "alive" && !tty) {
        this.#checkFifo(request.processName, stream, path, adopted.remains.pid);
      }
    }
    if (tty && adopted.child !== null) this.#terminals.adopt(request);
    else this.#release(request);
    return adopted;
  }

  resumeOutput(request: SpawnRequest): void {
    for (const captured of Object.values(childOutput(request).captured)) {
      if (captured !== null && this.#hub.wasLeft(captured.key)) this.#goOnCapturing(captured);
    }
  }

  findStrays(): readonly Stray[] {
    return findStrays(this.#stateDir);
  }

  update(request: SpawnRequest): void {
    for (const captured of Object.values(childOutput(request).captured)) {
      if (captured !== null) this.#hub.retarget(captured.key, captured.target);
    }
  }

  forget(request: SpawnRequest): void {
    const { program, num } = request;
    this.#terminals.forget(request);
    this.#copies?.end(request);
    for (const stream of ["stdout", "stderr"] as const) {
      void this.#hub.close(streamKey(program.name, num, stream));
    }
  }

  #release(request: SpawnRequest): void {
    if (request.program.tty) this.#terminals.release(request);
    else void this.#copies?.flush(request);
  }

  /** A child that runs is not stopped because its log cannot be opened; that is a loss, reported. */
  #goOnCapturing({ key, target }: Captured): string | null {
    try {
      return this.#hub.open(key, target);
    } catch (error) {
      this.#onWarning(`${key}: ${error instanceof Error ? error.message : error}`);
      return null;
    }
  }

  /** Somebody may have removed the FIFO meanwhile; the child still writes into the old one. */
  #checkFifo(processName: string, stream: OutputStream, path: string, pid: number): void {
    try {
      const descriptor = stream === "stdout" ? 1 : 2;
      if (statSync(`/proc/${pid}/fd/${descriptor}`).ino === statSync(path).ino) return;
      this.#onWarning(
        `${processName}: its ${stream} does not lead to ${JSON.stringify(path)}, which was ` +
          "replaced; what it writes is lost until it is restarted",
      );
    } catch {
      // It has just ended, or belongs to somebody else: then there is nothing to be compared.
    }
  }

  #openFifos({ captured }: ChildOutput): [stdout: string, stderr: string] {
    return [this.#openFifo("stdout", captured.stdout), this.#openFifo("stderr", captured.stderr)];
  }

  #openFifo(stage: OutputStream, captured: Captured | null): string {
    if (captured === null) return "";
    try {
      return this.#hub.open(captured.key, captured.target);
    } catch (error) {
      throw new StageError(stage, error instanceof Error ? error.message : String(error));
    }
  }

  #spawn(request: SpawnRequest, onExit: (exit: LeaderExit) => void): ChildHandle {
    const { program } = request;
    const user = program.user === null ? null : findUser(program.user);
    const surroundings = { inherited: this.#inherited, withheld: this.#withheld(), user };
    const env = childEnvironment({ ...surroundings, stateDir: this.#stateDir }, request);
    checkDirectory(program.workingdir);
    const command = findCommand(program.command[0] ?? "", program.workingdir, env.PATH);
    if (!command.ok) throw new StageError("command", command.error);
    const prefix = prefixFor(user);
    const descriptors = this.#descriptors(request, user);
    try {
      const pid = withUmask(program.umask, () =>
        startProcess({
          path: prefix[0] ?? command.value,
          args: [...prefix, ...program.command],
          env,
          directory: program.workingdir,
          descriptors,
        }));
      return inHand(pid, {
        span: program.tty ? "session" : "group",
        onExit,
        onReleased: () => this.#release(request),
      });
    } catch (error) {
      this.#release(request);
      throw error;
    }
  }

  #descriptors(request: SpawnRequest, user: User | null): ProcessRequest["descriptors"] {
    const output = childOutput(request);
    const [stdout, stderr] = this.#openFifos(output);
    if (request.program.tty) {
      this.#copies?.end(request);
      // Opened first by the leader of a session, it becomes the session's controlling terminal.
      const path = this.#openTerminal(request, stdout, user);
      return [{ path, flags: O_RDWR }, { copyOf: 0 }, { copyOf: 0 }];
    }
    this.#terminals.forget(request); // It may have had one before a reload.
    this.#copies?.begin(request);
    return [
      { path: NOWHERE, flags: O_RDONLY },
      descriptor(stdout, output.stdout),
      output.isMerged ? { copyOf: 1 } : descriptor(stderr, output.stderr),
    ];
  }

  #openTerminal(request: SpawnRequest, output: string, user: User | null): string {
    try {
      return this.#terminals.open(request, output, user);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StageError("tty", `no terminal: ${reason}`);
    }
  }
}

/** The umask is the whole process's, but nothing else runs between these three calls. */
function withUmask<T>(umask: number | null, run: () => T): T {
  if (umask === null) return run();
  const before = Deno.umask(umask);
  try {
    return run();
  } finally {
    Deno.umask(before);
  }
}

/**
 * A FIFO is opened for reading and writing, so that the child never meets one without a reader, and
 * SIGPIPE.
 */
function descriptor(fifo: string, otherwise: "null" | "inherit"): Descriptor {
  if (fifo !== "") return { path: fifo, flags: O_RDWR };
  return otherwise === "inherit" ? "inherit" : { path: NOWHERE, flags: O_WRONLY };
}

function findUser(text: string): User {
  const found = lookUpUser(text);
  if (!found.ok) throw new StageError("user", found.error);
  return found.value;
}

/** What stands before the command. */
function prefixFor(user: User | null): readonly string[] {
  const prefix = user === null ? [] : becoming(user);
  const [program] = prefix;
  if (program === undefined) return [];
  const found = findCommand(program, "/", undefined);
  if (found.ok) return prefix;
  throw new StageError("user", `programs with their own user need util-linux: ${found.error}`);
}

function checkDirectory(path: string): void {
  const quoted = JSON.stringify(path);
  try {
    if (statSync(path).isDirectory()) return;
  } catch (error) {
    const reason = errorCode(error) === "ENOENT" ? "does not exist" : "is not within reach";
    throw new StageError("workingdir", `the working directory ${quoted} ${reason}`);
  }
  throw new StageError("workingdir", `the working directory ${quoted} is not a directory`);
}

/**
 * Throws when the child cannot be watched (out of descriptors, most likely), and then it does not
 * run any more. Nobody has reaped it yet, so the pid is still its own.
 */
function inHand(
  pid: number,
  options: Pick<LinuxChildOptions, "span" | "onExit" | "onReleased">,
): ChildHandle {
  let leaderPidfd: number | undefined;
  try {
    leaderPidfd = openPidfd(pid);
    const stat = readStat(pid);
    if (leaderPidfd === undefined || stat === null) {
      throw new Error(`the child ${pid} cannot be found`);
    }
    const identity = { pid, startTicks: stat.startTicks };
    return new LinuxChild({ identity, leaderPidfd, ...options });
  } catch (error) {
    if (leaderPidfd !== undefined) closePidfd(leaderPidfd);
    killAndReap(pid);
    throw error;
  }
}
