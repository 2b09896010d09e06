/** What an init does for a service: taskmaster is started again whenever it has ended. */
import { isAlive } from "../support/proc.ts";
import { isRoot, type Place, tryKill } from "../support/taskmaster_place.ts";
import { taskmasterCommand } from "../support/taskmaster_run.ts";
import { pauseFor } from "../../src/base/pause.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Random } from "./dice.ts";
import { ask } from "./requests.ts";

const LONGEST_PAUSE_MS = 700;
const LOOK_AGAIN_MS = 50;
const READY_LIMIT_MS = 60_000;
/** Then it makes no sense to go on. */
const MOST_SURPRISES = 5;

export interface InitOptions {
  readonly place: Place;
  readonly chronicle: Chronicle;
  readonly dice: Random;
  /** Words in front of the command. */
  readonly prefix: readonly string[];
}

export class Init {
  readonly #options: InitOptions;
  readonly #stop = new AbortController();
  readonly #over: Promise<void>;
  #child: Deno.ChildProcess | null = null;
  /** Killed by us: its end is no surprise. */
  readonly #killed = new Set<number>();
  readonly complaints: string[] = [];
  #lives = 0;

  constructor(options: InitOptions) {
    this.#options = options;
    this.#over = this.#run();
  }

  get lives(): number {
    return this.#lives;
  }

  /** null while there is none. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Sends SIGKILL to taskmaster; resolves when it has ended. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#killed.add(child.pid);
    child.kill("SIGKILL");
    await child.status;
  }

  signal(signal: Deno.Signal): void {
    if (this.#child !== null) tryKill(this.#child.pid, signal);
  }

  /** Resolves with the pid of the taskmaster that answers. */
  async ready(): Promise<number> {
    const { place } = this.#options;
    const deadline = performance.now() + READY_LIMIT_MS;
    while (performance.now() < deadline && this.complaints.length < MOST_SURPRISES) {
      const answer = await ask(place, "GET", "/v1/version", { limitMs: READY_LIMIT_MS });
      const pid = this.pid;
      if (answer?.status === 200 && pid !== null && isAlive(pid)) return pid;
      await pauseFor(LOOK_AGAIN_MS, this.#stop.signal);
    }
    throw new Error(["no taskmaster answers", ...this.complaints].join("\n"));
  }

  /** Ends it in order, for good; gives its exit code. */
  async end(): Promise<number> {
    const child = this.#child;
    this.#stop.abort();
    if (child === null) throw new Error("there is no taskmaster to be ended");
    this.#killed.add(child.pid);
    child.kill("SIGTERM");
    const { code } = await child.status;
    await this.#over;
    return code;
  }

  /** Whatever there is of it. */
  async abandon(): Promise<void> {
    this.#stop.abort();
    await this.kill();
    await this.#over;
  }

  async #run(): Promise<void> {
    const { chronicle, dice } = this.#options;
    while (!this.#stop.signal.aborted) {
      const child = this.#start();
      this.#child = child;
      this.#lives++;
      chronicle.note("init", "taskmaster started", String(child.pid));
      const { code, signal } = await child.status;
      this.#child = null;
      if (!this.#killed.has(child.pid)) {
        this.complaints.push(`taskmaster ${child.pid} ended by itself: ${signal ?? code}`);
        chronicle.note("init", "taskmaster ended by itself", `${child.pid} ${signal ?? code}`);
      }
      const pauseMs = dice.chance(0.5) ? 0 : dice.between(0, LONGEST_PAUSE_MS);
      await pauseFor(pauseMs, this.#stop.signal);
    }
  }

  #start(): Deno.ChildProcess {
    const { place, prefix } = this.#options;
    const becomeNobody = isRoot ? ["--user", "nobody"] : [];
    const command = [...prefix, ...taskmasterCommand(), "-c", place.config, ...becomeNobody];
    return new Deno.Command("/bin/sh", {
      args: ["-c", 'exec "$@" >>"$0" 2>&1', `${place.directory}/taskmaster.out`, ...command],
      // As deno.json starts it: what it keeps is to be compared.
      env: { ...place.env, DENO_V8_FLAGS: "--max-semi-space-size=1" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  }
}
