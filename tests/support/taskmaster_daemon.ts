/** A taskmaster that was started by `taskmaster daemon` and has outlived that. */
import assert from "node:assert/strict";
import type { HappeningKind, JournalRecord } from "../../src/core/record.ts";
import { isAlive } from "./proc.ts";
import { type StartOptions, type WaitOptions } from "./taskmaster.ts";
import { DEFAULT_LIMIT_MS, findSteps, readLog, type RecordOf, Watch } from "./taskmaster_log.ts";
import { isRoot, Place, tryKill } from "./taskmaster_place.ts";
import { AS_NOBODY, type Ran, runTaskmaster } from "./taskmaster_run.ts";

/** The words of a daemon's start, which becomes nobody when the tests are root. */
export function daemonWords(place: Place): string[] {
  return ["daemon", "-c", place.config, ...isRoot ? ["--user", "nobody"] : []];
}

export class Daemon implements AsyncDisposable {
  readonly place: Place;
  readonly pid: number;
  readonly #watch: Watch;

  private constructor(place: Place, pid: number) {
    this.place = place;
    this.pid = pid;
    this.#watch = new Watch(place.watched);
  }

  /** Started with success, or the test fails with what was said instead. */
  static async start({ programs, daemon, as }: StartOptions): Promise<Daemon> {
    const place = await Place.create();
    try {
      await place.configure(programs, daemon);
      return new Daemon(place, await startDaemon(place, as));
    } catch (error) {
      await place.remove();
      throw error;
    }
  }

  get log(): readonly JournalRecord[] {
    return readLog(this.place.logfile, 0);
  }

  /** The first record of this kind about the process; null = about any, or none. */
  async next<K extends HappeningKind>(
    process: string | null,
    kind: K,
    { after = 0, limitMs = DEFAULT_LIMIT_MS }: WaitOptions = {},
  ): Promise<RecordOf<K>> {
    const look = () => findSteps(this.log.filter(({ seq }) => seq > after), [[process, kind]]);
    const [record] = await this.#watch.until(look, limitMs, () => this.describe());
    return record as RecordOf<K>;
  }

  until<T>(look: () => T | undefined | false): Promise<T> {
    return this.#watch.until(look, DEFAULT_LIMIT_MS, () => this.describe());
  }

  client(...words: string[]): Promise<Ran> {
    return runTaskmaster(["--socket", this.place.socket, ...words], { env: this.place.env });
  }

  /** Ends it in order, and makes sure that nothing is left of it and its programs. */
  async end(): Promise<void> {
    Deno.kill(this.pid, "SIGTERM");
    await this.gone();
    assert.deepEqual(this.place.processes(), []);
  }

  async gone(): Promise<void> {
    await this.until(() => !isAlive(this.pid));
  }

  describe(): string {
    return this.log.slice(-60).map((record) => JSON.stringify(record)).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    tryKill(this.pid, "SIGKILL");
    await this.#watch.close();
    await this.place.remove();
  }
}

/** Starts one in the place and gives its pid. */
export async function startDaemon(place: Place, as?: StartOptions["as"]): Promise<number> {
  const isNeverRoot = isRoot && as === "nobody";
  const words = isNeverRoot ? ["daemon", "-c", place.config] : daemonWords(place);
  const prefix = isNeverRoot ? AS_NOBODY : [];
  const { code, stdout, stderr } = await runTaskmaster(words, { env: place.env, prefix });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  const [, pid] = /^taskmaster is running in the background \(pid (\d+)\)\n$/.exec(stdout) ?? [];
  assert.ok(pid !== undefined, stdout);
  return Number(pid);
}
