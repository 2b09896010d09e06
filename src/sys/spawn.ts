/**
 * Starts children with Deno.Command and watches their ends.
 *
 * A child is started through `/bin/sh`, which opens its FIFOs, then becomes the command: a
 * descriptor handed to Deno.Command would reach the child with duplicates that are not closed on
 * exec, and the shell costs a tenth of a millisecond. The command itself is never parsed by it.
 */
import type { ExitStatus } from "../core/exit_status.ts";
import type { Program } from "../core/program.ts";
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
import { LinuxChild } from "./child.ts";
import { childEnvironment } from "./child_environment.ts";
import { errorCode, whyNotRunnable } from "./find_command.ts";
import { type Captured, type ChildOutput, childOutput, streamKey } from "./child_output.ts";
import type { OutputHub } from "./output/output_hub.ts";
import { openPidfd } from "./pidfd.ts";
import { readStat } from "./proc_stat.ts";
import { lookUpUser, type User } from "./user_database.ts";
import { statSync } from "node:fs";

/** util-linux; sets user, group and supplementary groups, then becomes the command. */
const SETPRIV = "/usr/bin/setpriv";
const ENV = "/usr/bin/env";

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
  readonly onWarning: (message: string) => void;
  /** Names of variables that children do not inherit; asked before each start. */
  readonly withheld: () => ReadonlySet<string>;
}

export class LinuxSpawner implements Spawner {
  readonly #stateDir: string;
  readonly #hub: OutputHub;
  readonly #onWarning: (message: string) => void;
  readonly #withheld: () => ReadonlySet<string>;
  /** Taken once: the supervisor's own environment does not change after its start. */
  readonly #inherited = Deno.env.toObject();

  constructor({ stateDir, hub, onWarning, withheld }: LinuxSpawnerOptions) {
    this.#stateDir = stateDir;
    this.#hub = hub;
    this.#onWarning = onWarning;
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
    const adopted = adopt(this.#stateDir, request, identity, onExit);
    if (adopted === null) return null;
    // Also when the child is gone: what it wrote at the end may still be in its FIFO.
    const { captured } = childOutput(request);
    for (const stream of ["stdout", "stderr"] as const) {
      const one = captured[stream];
      if (one === null) continue;
      const path = this.#goOnCapturing(one);
      if (path !== null && adopted.remains.kind === "alive") {
        this.#checkFifo(request.processName, stream, path, adopted.remains.pid);
      }
    }
    return adopted;
  }

  findStrays(): readonly Stray[] {
    return findStrays(this.#stateDir);
  }

  update(request: SpawnRequest): void {
    for (const captured of Object.values(childOutput(request).captured)) {
      if (captured !== null) this.#hub.retarget(captured.key, captured.target);
    }
  }

  forget({ program, num }: SpawnRequest): void {
    for (const stream of ["stdout", "stderr"] as const) {
      void this.#hub.close(streamKey(program.name, num, stream));
    }
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
    const reason = whyNotRunnable(program.command[0] ?? "", program.workingdir, env.PATH);
    if (reason !== null) throw new StageError("command", reason);
    const output = childOutput(request);
    const fifos = this.#openFifos(output);
    const command = new Deno.Command("/bin/sh", {
      args: ["-c", shellScript(output), "sh", ...fifos, ...commandLine(program, user, env)],
      cwd: program.workingdir,
      clearEnv: true,
      env,
      stdin: "null",
      stdout: output.stdout,
      stderr: output.stderr,
      detached: true, // its own session; and it lives on when we do not
    });
    const child = withUmask(program.umask, () => command.spawn());
    try {
      return inHand(child, onExit);
    } catch (error) {
      // Out of descriptors, most likely. A child that cannot be watched must not run.
      child.kill("SIGKILL");
      throw error;
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
 * Opens the FIFOs, $1 and $2, and becomes the command. For reading and writing, so that the child
 * never meets a FIFO without a reader and SIGPIPE.
 */
function shellScript({ captured, isMerged }: ChildOutput): string {
  const redirections = [
    captured.stdout === null ? "" : 'exec 1<>"$1"',
    isMerged ? "exec 2>&1" : captured.stderr === null ? "" : 'exec 2<>"$2"',
  ].filter((part) => part !== "");
  return [...redirections, "shift 2", 'exec "$@"'].join("; ");
}

/** What POSIX calls a name; shells drop other variables from the environment, "spring.profile" say. */
const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function commandLine(
  { command }: Program,
  user: User | null,
  env: Readonly<Record<string, string>>,
): readonly string[] {
  const unnamable = Object.entries(env).filter(([name]) => !SHELL_NAME.test(name));
  const setters = unnamable.map(([name, value]) => `${name}=${value}`);
  const wrapped = setters.length === 0 ? command : [ENV, ...setters, ...command];
  if (user === null) return wrapped;
  const { uid, gid } = user;
  return [SETPRIV, `--reuid=${uid}`, `--regid=${gid}`, "--init-groups", "--", ...wrapped];
}

function findUser(text: string): User {
  const found = lookUpUser(text);
  if (!found.ok) throw new StageError("user", found.error);
  const reason = whyNotRunnable(SETPRIV, "/", undefined);
  if (reason !== null) {
    throw new StageError("user", `programs with their own user need util-linux: ${reason}`);
  }
  return found.value;
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
 * Throws when the child cannot be watched. Nothing can have reaped it yet: that takes a turn of the
 * event loop, so the pid is still its own.
 */
function inHand(process: Deno.ChildProcess, onExit: (exit: LeaderExit) => void): ChildHandle {
  const { pid } = process;
  const pidfd = openPidfd(pid);
  const stat = readStat(pid);
  if (pidfd === undefined || stat === null) throw new Error(`the child ${pid} cannot be found`);
  const child = new LinuxChild({ pid, startTicks: stat.startTicks }, pidfd);
  void endOf(process).then((exit) => {
    if (!child.isReleased) onExit({ exit, groupRemains: child.groupRemains() });
  });
  return child;
}

async function endOf(child: Deno.ChildProcess): Promise<ExitStatus> {
  try {
    const { code, signal } = await child.status;
    return signal === null ? { kind: "code", code } : { kind: "signal", signal: signal.slice(3) };
  } catch {
    // The runtime rejects a status that names a signal it does not know: the real-time ones.
    return { kind: "signal", signal: "of unknown number" };
  }
}
