/** One supervisor with its fleet, from its start to the end of the last of its processes. */
import { killAt, monotonicMs } from "./monotonic.ts";
import { commandOf, ownProcesses } from "./own_processes.ts";
import { type Command, type Fleet, type Layout, namesOf, type Peer } from "./peers/peer.ts";
import { pause, runCommand } from "./run_command.ts";
import { Stamps } from "./stamps.ts";

const SIGKILL = 9;
const END_LIMIT_MS = 60_000;
const GONE_LIMIT_MS = 10_000;
const CHECK_MS = 20;

export interface SessionOptions extends Pick<Fleet, "program" | "count" | "mode" | "bytes"> {
  /** Where it may make a directory of its own. */
  readonly place: string;
}

export class Session {
  readonly peer: Peer;
  readonly fleet: Fleet;
  readonly stamps: Stamps;
  #layout: Layout;
  /** Of the supervisor, or of the command that starts it. */
  #child: Deno.ChildProcess | null = null;
  #pid = 0;
  #ending: Promise<void> | null = null;
  /** From before the start to the first act of the last program. */
  startMs = 0;
  /** Of the monotonic clock. */
  beganMs = 0;

  private constructor(peer: Peer, fleet: Fleet, layout: Layout, stamps: Stamps) {
    this.peer = peer;
    this.fleet = fleet;
    this.#layout = layout;
    this.stamps = stamps;
  }

  /** Nothing is started yet; the caller ends it in any case. */
  static async prepare(peer: Peer, { place, ...rest }: SessionOptions): Promise<Session> {
    const directory = await Deno.makeTempDir({ dir: place });
    const stamps = await Stamps.open(directory);
    const fleet = { ...rest, directory, fifo: stamps.fifo, changed: null };
    return new Session(peer, fleet, await peer.prepare(fleet), stamps);
  }

  get layout(): Layout {
    return this.#layout;
  }

  get names(): string[] {
    return namesOf(this.fleet);
  }

  /** Its processes now, without the programs. */
  get own(): number[] {
    return ownProcesses(this.#pid, this.fleet.program);
  }

  /** Resolves when every program has told that it runs. */
  async start(): Promise<void> {
    const { start, env = {}, pidFile } = this.#layout;
    const [program = "", ...args] = start;
    const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
    this.beganMs = monotonicMs();
    // A session of its own, so that Ctrl-C reaches it through `end` alone.
    const options = { args, env, cwd: this.fleet.directory, detached: true, ...streams };
    this.#child = new Deno.Command(program, options).spawn();
    this.#pid = this.#child.pid;
    const { count } = this.fleet;
    const up = this.stamps.until(
      `${this.peer.name}: ${count} programs`,
      () => this.stamps.started === count,
    );
    await Promise.all([up, pidFile === undefined ? undefined : this.#daemonize(pidFile)]);
    const last = Math.max(this.beganMs, ...this.names.map((name) => this.stamps.latest(name).ms));
    this.startMs = last - this.beganMs;
  }

  /** Runs one of the layout's command lines. */
  async run(command: Command): Promise<string> {
    return await runCommand(command, { env: this.#layout.env ?? {}, cwd: this.fleet.directory });
  }

  /** Writes the files of the supervisor anew, with one program that is another. */
  async change(name: string): Promise<void> {
    this.#layout = await this.peer.prepare({ ...this.fleet, changed: name });
  }

  /** Ends everything and removes its directory; may be called more than once. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #daemonize(pidFile: string): Promise<void> {
    const { success, code } = await this.#child!.status;
    if (!success) throw new Error(`${this.peer.name} does not start: exit code ${code}`);
    this.#pid = Number(await Deno.readTextFile(pidFile));
  }

  async #end(): Promise<void> {
    const own = this.#child === null ? [] : this.own;
    await this.#endSupervisor();
    if (!await this.stamps.ended()) this.#killPrograms();
    await untilGone(own);
    await Deno.remove(this.fleet.directory, { recursive: true });
  }

  async #endSupervisor(): Promise<void> {
    if (this.#child === null) return;
    const { end } = this.#layout;
    try {
      if (typeof end === "string") this.#child.kill(end);
      else await this.run(end);
    } catch {
      // It has ended, or will be ended below.
    }
    const limit = setTimeout(() => this.#child?.kill("SIGKILL"), END_LIMIT_MS);
    await this.#child.status;
    clearTimeout(limit);
  }

  #killPrograms(): void {
    for (const { pid } of this.stamps.all) {
      if (commandOf(pid) === this.fleet.program) killAt(pid, SIGKILL);
    }
  }
}

/** Kills what is left after a while. */
async function untilGone(pids: readonly number[]): Promise<void> {
  const before = new Map(pids.map((pid) => [pid, commandOf(pid)]));
  const isThere = (pid: number) => before.get(pid) && commandOf(pid) === before.get(pid);
  const giveUpAt = monotonicMs() + GONE_LIMIT_MS;
  while (pids.some(isThere) && monotonicMs() < giveUpAt) await pause(CHECK_MS);
  for (const pid of pids.filter(isThere)) killAt(pid, SIGKILL);
}
