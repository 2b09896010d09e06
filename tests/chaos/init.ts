/** What an init does for a service: taskmaster is started again whenever it has ended. */
import { pauseFor } from "../../src/base/pause.ts";
import { EXIT } from "../../src/commands/exit_code.ts";
import { isAlive } from "../support/proc.ts";
import { isRoot, type Place, tryKill } from "../support/taskmaster_place.ts";
import { AS_NOBODY, taskmasterCommand } from "../support/taskmaster_run.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Random } from "./dice.ts";
import { type End, type Life, lifeOf, lifeOfStranger } from "./life.ts";
import { askForVersion } from "./requests.ts";

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
  #life: Life | null = null;
  /** Their ends are no surprise. */
  readonly #expected = new Set<number>();
  #mayHaveRival = false;
  #mayStart: Promise<void> = Promise.resolve();
  readonly complaints: string[] = [];
  #lives = 0;

  constructor(options: InitOptions) {
    this.#options = options;
    this.#over = this.#run();
  }

  get lives(): number {
    return this.#lives;
  }

  /** An upgrade has made another one of it, in the same process. */
  countLife(): void {
    this.#lives++;
  }

  /** null while there is none. */
  get pid(): number | null {
    return this.#life?.pid ?? null;
  }

  /** Sends SIGKILL to taskmaster; resolves when it has ended. */
  async kill(): Promise<void> {
    const ended = this.expectEnd();
    this.signal("SIGKILL");
    await ended;
  }

  signal(signal: Deno.Signal): void {
    if (this.#life !== null) tryKill(this.#life.pid, signal);
  }

  /** That the present one ends is no surprise any more; resolves with how it did. */
  expectEnd(): Promise<End | null> {
    if (this.#life === null) return Promise.resolve(null);
    this.#expected.add(this.#life.pid);
    return this.#life.ended;
  }

  /** From now on the guard of an upgrade may start another one, which may be there before ours. */
  expectRival(): void {
    this.#mayHaveRival = true;
  }

  /** Starts no other one until the function it gives is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#mayStart = promise;
    return resolve;
  }

  /** Resolves with the pid of the taskmaster that answers. */
  async ready(): Promise<number> {
    const { place } = this.#options;
    const deadline = performance.now() + READY_LIMIT_MS;
    while (performance.now() < deadline && this.complaints.length < MOST_SURPRISES) {
      const version = await askForVersion(place, READY_LIMIT_MS);
      const pid = this.pid;
      if (version !== null && version.pid === pid && isAlive(pid)) return pid;
      await pauseFor(LOOK_AGAIN_MS, this.#stop.signal);
    }
    throw new Error(["no taskmaster answers", ...this.complaints].join("\n"));
  }

  /** Ends it in order, for good. */
  async end(): Promise<End> {
    const ended = this.expectEnd();
    this.#stop.abort();
    this.signal("SIGTERM");
    const end = await ended;
    if (end === null) throw new Error("there is no taskmaster to be ended");
    await this.#over;
    return end;
  }

  /** Whatever there is of it. */
  async abandon(): Promise<void> {
    this.#stop.abort();
    await this.kill();
    await this.#over;
  }

  async #run(): Promise<void> {
    const { dice } = this.#options;
    while (!this.#stop.signal.aborted) {
      const child = lifeOf(this.#start());
      const end = await this.#live(child, "taskmaster started");
      if (end.code === EXIT.failed && this.#mayHaveRival && !this.#expected.has(child.pid)) {
        await this.#giveWay(child);
      } else this.#judge(child, end);
      const pauseMs = dice.chance(0.5) ? 0 : dice.between(0, LONGEST_PAUSE_MS);
      await pauseFor(pauseMs, this.#stop.signal);
      await this.#mayStart;
    }
  }

  async #live(life: Life, how: string): Promise<End> {
    this.#life = life;
    this.#lives++;
    this.#options.chronicle.note("init", how, String(life.pid));
    const end = await life.ended;
    this.#life = null;
    return end;
  }

  /** It was refused, since there is another one already: that is the taskmaster then. */
  async #giveWay({ pid }: Life): Promise<void> {
    const { place, chronicle } = this.#options;
    chronicle.note("init", "taskmaster refused", String(pid));
    const rival = Number(Deno.readTextFileSync(`${place.stateDir}/lock`));
    if (!place.processes().some(({ pid }) => pid === rival)) return;
    const life = lifeOfStranger(rival);
    this.#judge(life, await this.#live(life, "taskmaster of a guard found"));
  }

  #judge({ pid }: Life, { code, signal }: End): void {
    if (this.#expected.has(pid)) return;
    const how = `${pid}: ${signal ?? code ?? "nobody knows how"}`;
    this.complaints.push(`taskmaster ended by itself, ${how}`);
    this.#options.chronicle.note("init", "taskmaster ended by itself", how);
  }

  #start(): Deno.ChildProcess {
    const { place, prefix } = this.#options;
    const command = [...prefix, ...commandOfNobody(), "-c", place.config];
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

/** Root becomes nobody: with `deno run` before it is started, for whoever was root cannot upgrade. */
function commandOfNobody(): string[] {
  const command = taskmasterCommand();
  if (!isRoot) return command;
  const isExecutable = command.length === 1;
  return isExecutable ? [...command, "--user", "nobody"] : [...AS_NOBODY, ...command];
}
