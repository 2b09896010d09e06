/** Starts children, and watches their ends. */
import type { ChildIdentity } from "../../core/stored.ts";
import type { Stray } from "../../core/stray.ts";
import type {
  Adopted,
  ChildHandle,
  LeaderExit,
  Spawner,
  SpawnFailure,
  SpawnRequest,
} from "../../ports/spawner.ts";
import { adopt, findStrays } from "./adopt.ts";
import { LinuxChild, type LinuxChildOptions } from "./child.ts";
import { childEnvironment } from "./child_environment.ts";
import { type ChildStreams, NOWHERE } from "../output/child_streams.ts";
import { checkDescriptorsForStart } from "../descriptor_reserve.ts";
import { errorCode, findCommand } from "./find_command.ts";
import { killAndReap } from "./exit_of_pidfd.ts";
import { closePidfd, openPidfd } from "./pidfd.ts";
import { readStat } from "./proc_stat.ts";
import { becoming, uidsOf } from "../privileges/run_as.ts";
import { StageError } from "./stage_error.ts";
import { startProcess } from "./start_process.ts";
import { lookUpUser, type User } from "../privileges/user_database.ts";
import { checkWorkingDirectory } from "./working_directory.ts";
import { statSync } from "node:fs";

export interface LinuxSpawnerOptions {
  /** Tells the children of one supervisor from those of another. */
  readonly stateDir: string;
  readonly streams: ChildStreams;
  /** Names of variables that children do not inherit; asked before each start. */
  readonly withheld: () => ReadonlySet<string>;
}

export class LinuxSpawner implements Spawner {
  readonly #stateDir: string;
  readonly #streams: ChildStreams;
  readonly #withheld: () => ReadonlySet<string>;
  /** Taken once: the supervisor's own environment does not change after its start. */
  readonly #inherited = Deno.env.toObject();

  constructor(options: LinuxSpawnerOptions) {
    const { stateDir, streams, withheld } = options;
    this.#stateDir = stateDir;
    this.#streams = streams;
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
    const callbacks = { onExit, onReleased: () => this.#streams.release(request) };
    const adopted = adopt(this.#stateDir, request, identity, callbacks);
    if (adopted === null) return null;
    this.#streams.takeBack(request, adopted);
    return adopted;
  }

  resumeOutput(request: SpawnRequest): void {
    this.#streams.resume(request);
  }

  findStrays(): readonly Stray[] {
    return findStrays(this.#stateDir);
  }

  uidsOf(user: string | null): readonly number[] {
    return uidsOf(user);
  }

  update(request: SpawnRequest): void {
    this.#streams.update(request);
  }

  forget(request: SpawnRequest): void {
    this.#streams.forget(request);
  }

  #spawn(request: SpawnRequest, onExit: (exit: LeaderExit) => void): ChildHandle {
    const { program } = request;
    const user = program.user === null ? null : findUser(program.user);
    const surroundings = { inherited: this.#inherited, withheld: this.#withheld(), user };
    const env = childEnvironment({ ...surroundings, stateDir: this.#stateDir }, request);
    checkWorkingDirectory(program.workingdir);
    checkNowhere();
    const command = findCommand(program.command[0] ?? "", program.workingdir, env.PATH);
    if (!command.ok) throw new StageError("command", command.error);
    const prefix = prefixFor(user);
    checkDescriptorsForStart();
    const descriptors = this.#streams.open(request, user);
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
        onReleased: () => this.#streams.release(request),
      });
    } catch (error) {
      this.#streams.release(request);
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

/** Before anything is opened: as a log it would be created, and be a file like any other. */
function checkNowhere(): void {
  try {
    statSync(NOWHERE);
  } catch (error) {
    const reason = errorCode(error) === "ENOENT" ? "is missing" : "is not within reach";
    const help = "make it with `mknod -m 666 /dev/null c 1 3`, or mount a /dev that has it";
    throw new StageError("exec", `${NOWHERE} ${reason}, and programs are started with it; ${help}`);
  }
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
