/**
 * The real program with real children, in a directory of its own:
 *
 *     await using tm = await startTaskmaster({ programs: "web: {cmd: sleep 100}" });
 *     await tm.waitFor([["web", "started"], ["web", "running"]]);
 *     await tm.end();
 *
 * Everything is killed and removed at the end of the test, even when it fails.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { HappeningKind, JournalRecord } from "../../src/core/record.ts";
import { processesOf } from "./proc.ts";
import { type Pty, spawnInPty, type SpawnInPtyOptions } from "./pty.ts";
import {
  DEFAULT_LIMIT_MS,
  findSteps,
  readIfThere,
  readLog,
  type RecordOf,
  type Step,
  Watch,
} from "./taskmaster_log.ts";
import { isRoot, Place } from "./taskmaster_place.ts";
import { AS_NOBODY, type Ran, runTaskmaster, taskmasterCommand } from "./taskmaster_run.ts";

export interface StartOptions {
  /** YAML: what stands below `programs:`; indentation does not matter. */
  readonly programs: string;
  /** YAML: more lines for `taskmaster:`; comes before what the fixture says itself. */
  readonly daemon?: string;
  /** YAML: what stands below `alerts:`. */
  readonly alerts?: string;
  /** After `-c FILE`. */
  readonly args?: readonly string[];
  /**
   * Who starts it. Left out: the user of the tests, and as root it is told to become nobody.
   * "root": root, told nothing. "nobody": somebody who never was root; needs tests run by root.
   */
  readonly as?: "root" | "nobody";
  /** What standard input is; nothing at all unless given. */
  readonly stdin?: "null" | "pipe" | "pty";
  readonly env?: Readonly<Record<string, string>>;
  /** Words in front of the command. */
  readonly prefix?: readonly string[];
  /** Size and kind of the terminal. */
  readonly terminal?: SpawnInPtyOptions;
  /** To start in a place that another taskmaster of the test has, or had. */
  readonly place?: Place;
  /** In place of what the tests start. */
  readonly executable?: string;
}

export interface WaitOptions {
  /** Only records with a higher number count. */
  readonly after?: number;
  readonly limitMs?: number;
}

export class Taskmaster implements AsyncDisposable {
  readonly place: Place;
  readonly pid: number;
  /** When it has ended. */
  readonly exitCode: Promise<number>;
  readonly #watch: Watch;
  readonly #pty: Pty | null;
  readonly #child: Deno.ChildProcess | null;
  #stdin: WritableStream<Uint8Array> | null;
  readonly #ownsPlace: boolean;
  /** Where in the log its own records begin: an earlier one may have written there. */
  readonly #logStart: number;
  #hasEnded = false;

  constructor(place: Place, command: readonly string[], options: StartOptions) {
    this.place = place;
    this.#ownsPlace = options.place === undefined;
    this.#watch = new Watch(place.watched);
    this.#logStart = readIfThere(place.logfile).length;
    const env = { ...place.env, ...options.env };
    const isOnTerminal = options.stdin === "pty";
    this.#pty = isOnTerminal ? spawnInPty(command, { ...options.terminal, env }) : null;
    this.#child = isOnTerminal ? null : spawnIntoFiles(command, place, env, options.stdin);
    this.#stdin = options.stdin === "pipe" ? this.#child!.stdin : null;
    const { pid, status } = (this.#pty ?? this.#child)!;
    this.pid = pid;
    this.exitCode = status.then(({ code }) => {
      this.#hasEnded = true;
      this.#watch.notify();
      return code;
    });
  }

  /** The terminal it was started on. */
  get pty(): Pty {
    assert(this.#pty !== null, 'only with stdin: "pty"');
    return this.#pty;
  }

  /** The journal so far, oldest first. */
  get log(): readonly JournalRecord[] {
    return readLog(this.place.logfile, this.#logStart);
  }

  /** The number of the newest record: what happens from now on comes `after` it. */
  get now(): number {
    return this.log.at(-1)?.seq ?? 0;
  }

  stdout(): string {
    return readIfThere(join(this.place.directory, "stdout"));
  }

  stderr(): string {
    return readIfThere(join(this.place.directory, "stderr"));
  }

  /** What a process has written to the file that it gets when nothing else is configured. */
  output(program: string, num = 0): string {
    return readIfThere(join(this.place.directory, `log/${program}-${num}.stdout.log`));
  }

  /** The same for its standard error. */
  errors(program: string, num = 0): string {
    return readIfThere(join(this.place.directory, `log/${program}-${num}.stderr.log`));
  }

  /** The kinds of the records about a process, in order. */
  kindsOf(process: string, after = 0): HappeningKind[] {
    return this.#about(process, after).map(({ kind }) => kind);
  }

  /** Resolves when all the steps were logged in this order, with their records. */
  async waitFor(steps: readonly Step[], options: WaitOptions = {}): Promise<JournalRecord[]> {
    const { after = 0, limitMs = DEFAULT_LIMIT_MS } = options;
    const look = () => findSteps(this.log.filter(({ seq }) => seq > after), steps);
    const wanted = () => `wanted: ${JSON.stringify(steps)}\n${this.describe()}`;
    return await this.#watch.until(this.#whileAlive(look), limitMs, wanted);
  }

  /** The first record of this kind about the process; null = about any, or none. */
  async next<K extends HappeningKind>(
    process: string | null,
    kind: K,
    options: WaitOptions = {},
  ): Promise<RecordOf<K>> {
    const [record] = await this.waitFor([[process, kind]], options);
    return record as RecordOf<K>;
  }

  /** Resolves with what `look` finds; it is called whenever anything may have changed. */
  until<T>(look: () => T | undefined | false, limitMs: number = DEFAULT_LIMIT_MS): Promise<T> {
    return this.#watch.until(look, limitMs, () => this.describe());
  }

  signal(signal: Deno.Signal): void {
    Deno.kill(this.pid, signal);
  }

  /** A verb on a command line of its own, by the user of the tests. */
  client(...words: string[]): Promise<Ran> {
    return runTaskmaster(["--socket", this.place.socket, ...words], { env: this.place.env });
  }

  /** New lines for the sections; it is not told to read them. */
  rewriteConfig(programs: string, daemon?: string, alerts?: string): Promise<void> {
    return this.place.configure(programs, daemon, alerts);
  }

  /** Pids of the programs that are its children and alive. */
  childrenOf(): number[] {
    return childrenOf(this.pid);
  }

  /** The exit code, within the limit. */
  async ended(limitMs: number = DEFAULT_LIMIT_MS): Promise<number> {
    await this.until(() => this.#hasEnded, limitMs);
    return await this.exitCode;
  }

  /** Ends it in order, and makes sure that nothing is left of it and its programs. */
  async end(): Promise<void> {
    this.signal("SIGTERM");
    assert.equal(await this.ended(), 0, this.describe());
    assert.deepEqual(this.place.processes(), []);
  }

  /** The end of the file, for stdin: "pipe". */
  async closeStdin(): Promise<void> {
    await this.#stdin?.close();
    this.#stdin = null;
  }

  /** For messages of failed tests. */
  describe(): string {
    const records = this.log.slice(-60).map((record) => JSON.stringify(record));
    return [
      `log of ${this.pid}${this.#hasEnded ? ", which has ended" : ""}:`,
      ...records,
      `stdout: ${this.stdout()}`,
      `stderr: ${this.stderr()}`,
      `processes: ${JSON.stringify(this.place.processes())}`,
      this.#pty?.describe() ?? "",
    ].join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (!this.#hasEnded) this.signal("SIGKILL");
      await this.#pty?.[Symbol.asyncDispose]();
      await this.closeStdin();
      await this.exitCode;
      await this.#watch.close();
    } finally {
      if (this.#ownsPlace) await this.place.remove();
    }
  }

  #about(process: string, after: number): JournalRecord[] {
    return this.log.filter((record) => record.process === process && record.seq > after);
  }

  /** Nobody is left to write what is waited for: better to say so at once. */
  #whileAlive<T>(look: () => T | undefined): () => T | undefined {
    return () => {
      const hadEnded = this.#hasEnded;
      const found = look();
      if (found === undefined && hadEnded) throw new Error(`it has ended\n${this.describe()}`);
      return found;
    };
  }
}

/** For a taskmaster that has another pid than what the test has started. */
export function childrenOf(pid: number): number[] {
  return processesOf({ parent: pid }).filter((child) => !isHelper(child));
}

/** What taskmaster starts for itself. */
function isHelper(pid: number): boolean {
  const words = readIfThere(`/proc/${pid}/cmdline`).split("\0");
  return ["fifo-holder", "terminal-holder", "upgrade-guard"].some((name) =>
    words.includes(`taskmaster-${name}`)
  );
}

/** Does not wait for anything: what is up when is for the test to await. */
export async function startTaskmaster(options: StartOptions): Promise<Taskmaster> {
  const place = options.place ?? await Place.create();
  if (options.place === undefined) {
    await place.configure(options.programs, options.daemon, options.alerts);
  }
  const becomeNobody = isRoot && options.as === undefined ? ["--user", "nobody"] : [];
  const command = [
    ...options.as === "nobody" ? AS_NOBODY : [],
    ...options.prefix ?? [],
    ...options.executable === undefined ? taskmasterCommand() : [options.executable],
    ...["-c", place.config],
    ...becomeNobody,
    ...options.args ?? [],
  ];
  return new Taskmaster(place, command, options);
}

function spawnIntoFiles(
  command: readonly string[],
  { directory }: Place,
  env: Record<string, string>,
  stdin: "null" | "pipe" | "pty" = "null",
): Deno.ChildProcess {
  return new Deno.Command("/bin/sh", {
    args: ["-c", 'out=$1; shift; exec "$@" >>"$out/stdout" 2>>"$out/stderr"', "sh", directory]
      .concat(command),
    env,
    stdin: stdin === "pipe" ? "piped" : "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}
