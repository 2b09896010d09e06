/** The real program with real children, and what is known of each of its processes. */
import assert from "node:assert/strict";
import { Connection } from "../../src/control/client/connection.ts";
import { RemoteController } from "../../src/control/client/remote_controller.ts";
import type { ProcessSnapshot } from "../../src/core/snapshot.ts";
import { UnreachableError } from "../../src/ports/remote_errors.ts";
import { isAlive, statOf } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { crash, liveLeaders, startAgain } from "../support/taskmaster_crash.ts";
import { Place, tryKill } from "../support/taskmaster_place.ts";
import {
  disturb,
  disturbAnew,
  isAtRest,
  type Known,
  learn,
  leaveAlone,
  newlyKnown,
  request,
  statesAtRest,
} from "./daemon_known.ts";
import { type File, KINDS, type Move, type Settings } from "./daemon_moves.ts";

/** In every file, and never touched: it has one pid as long as the machine is up. */
const KEPT: Settings = {
  ...{ name: "kept", kind: "family", numprocs: 1, autostart: true, autorestart: "unexpected" },
  ...{ priority: 999, version: 0 },
};
const REST_LIMIT_MS = 40_000;
const LOOKS_WRONG_MS = 2000;
const LOOK_AGAIN_MS = 25;

export class DaemonWorld implements AsyncDisposable {
  readonly #place: Place;
  readonly #known = new Map<string, Known>();
  readonly #runs = new AsyncDisposableStack();
  #file: File = [KEPT];
  #tm!: Taskmaster;
  #connection!: Connection;
  #controller!: RemoteController;

  private constructor(place: Place) {
    this.#place = place;
  }

  static async begin(): Promise<DaemonWorld> {
    const world = new DaemonWorld(await Place.create());
    await world.#place.configure(yamlOf([]));
    world.#expect([]);
    await world.#connect(await startTaskmaster({ programs: "", place: world.#place }));
    await world.#rest();
    return world;
  }

  /** From nothing through all the moves and back to nothing. */
  async play(file: File, moves: readonly Move[]): Promise<void> {
    try {
      await this.#do({ kind: "reload", file });
      for (const move of moves) {
        await this.#do(move);
        this.#assertNoneTwice();
      }
      await this.#rest();
      await this.#do({ kind: "reload", file: [] });
      await this.#rest();
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${message}\n${this.#tm.describe()}`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close();
    await this.#runs.disposeAsync();
    await this.#place.remove();
  }

  async #connect(tm: Taskmaster): Promise<void> {
    this.#tm = this.#runs.use(tm);
    await tm.next(null, "supervisor_started");
    this.#connection = new Connection(this.#place.socket);
    this.#controller = new RemoteController(this.#connection);
    const deadline = performance.now() + REST_LIMIT_MS;
    while (!await this.#answers()) {
      assert.ok(performance.now() < deadline, "it does not answer");
      await pause(LOOK_AGAIN_MS);
    }
  }

  async #answers(): Promise<boolean> {
    try {
      await this.#controller.snapshot();
      return true;
    } catch (error) {
      if (error instanceof UnreachableError) return false;
      throw error;
    }
  }

  async #do(move: Move): Promise<void> {
    switch (move.kind) {
      case "start":
      case "stop":
      case "restart":
        for (const [, known] of this.#of(move.program)) request(known, move.kind);
        if (this.#of(move.program).length === 0) return;
        await this.#controller[move.kind]([move.program], { wait: false });
        return;
      case "reload":
        this.#expect(move.file);
        await this.#place.configure(yamlOf(move.file));
        assert.ok((await this.#controller.reload()).ok);
        return;
      case "kill child":
        return await untilGone(this.#killChildren(move.program));
      case "signal": {
        for (const [, known] of this.#of(move.program)) disturb(known);
        if (this.#of(move.program).length === 0) return;
        const { results } = await this.#controller.signal([move.program], "KILL");
        return await untilGone(results.flatMap(({ pid, fault }) => fault ? [] : pid ?? []));
      }
      case "kill taskmaster":
        return await this.#crash(move.file, move.victim);
      case "wait":
        return await pause(move.ms);
      case "rest":
        return await this.#rest();
    }
  }

  /** Whom it has killed. */
  #killChildren(program: string): number[] {
    for (const [, known] of this.#of(program)) disturb(known);
    const leaders = liveLeaders(this.#place).filter((leader) => leader.program === program);
    return leaders.flatMap(({ pid }) => tryKill(pid, "SIGKILL") ? [pid] : []);
  }

  async #crash(file: File | null, victim: string | null): Promise<void> {
    await this.#untilNoted();
    this.#connection.close();
    await crash(this.#tm);
    for (const known of this.#known.values()) leaveAlone(known);
    if (victim !== null) await untilGone(this.#killChildren(victim));
    if (file !== null) {
      this.#expect(file);
      await this.#place.configure(yamlOf(file));
    }
    await this.#connect(await startAgain({ place: this.#place }));
  }

  /** Nobody waits for what is asked for here: it may be queued behind much when it is answered. */
  async #untilNoted(): Promise<void> {
    const deadline = performance.now() + REST_LIMIT_MS;
    const isNoted = (process: ProcessSnapshot) =>
      process.wish === (this.#known.get(idOf(process))?.wish ?? process.wish);
    while (!(await this.#controller.snapshot()).processes.every(isNoted)) {
      assert.ok(performance.now() < deadline, "a wish is not taken over");
      await pause(LOOK_AGAIN_MS);
    }
  }

  #of(program: string): [string, Known][] {
    return [...this.#known].filter(([id]) => id.startsWith(`${program}:`));
  }

  #expect(file: File): void {
    const before = new Map(this.#file.map((settings) => [settings.name, settings]));
    const left = new Map(this.#known);
    this.#known.clear();
    this.#file = [KEPT, ...file];
    for (const settings of this.#file) {
      for (let num = 0; num < settings.numprocs; num++) {
        const id = `${settings.name}:${num}`;
        const known = left.get(id) ?? newlyKnown(settings);
        this.#known.set(id, known);
        known.autorestarts.add(settings.autorestart);
        const old = before.get(settings.name);
        if (old === undefined || !isSameChild(old, settings)) disturbAnew(known);
      }
    }
  }

  #assertNoneTwice(): void {
    const ids = liveLeaders(this.#place).map(idOf);
    assert.deepEqual(ids.filter((id, at) => ids.indexOf(id) !== at), [], "two live copies");
  }

  /**
   * Waits until nothing more is to happen, and looks at everything. Between two things that are to
   * happen it may look as if there was nothing more, so it is looked again for a while.
   */
  async #rest(): Promise<void> {
    const deadline = performance.now() + REST_LIMIT_MS;
    let giveUpAt = Infinity;
    while (true) {
      const processes = await this.#look();
      const now = performance.now();
      assert.ok(now < deadline, `no rest: ${statesOf(processes)}`);
      if (processes.every(isAtRest) && processes.length === this.#known.size) {
        giveUpAt = Math.min(giveUpAt, now + LOOKS_WRONG_MS);
        try {
          return this.#checkAll(processes);
        } catch (error) {
          if (now > giveUpAt) throw error;
        }
      } else giveUpAt = Infinity;
      await pause(LOOK_AGAIN_MS);
    }
  }

  async #look(): Promise<readonly ProcessSnapshot[]> {
    this.#assertNoneTwice();
    return (await this.#controller.snapshot()).processes;
  }

  #checkAll(processes: readonly ProcessSnapshot[]): void {
    const shown = new Map(processes.map((process) => [idOf(process), process]));
    assert.deepEqual([...shown.keys()].toSorted(), [...this.#known.keys()].toSorted(), "which");
    for (const [id, process] of shown) this.#check(id, process, this.#known.get(id)!);
    const alive = processes.flatMap((process) =>
      process.pid === null ? [] : [`${idOf(process)} is ${process.pid}`]
    );
    const leaders = liveLeaders(this.#place);
    const found = leaders.map((leader) => `${idOf(leader)} is ${leader.pid}`);
    assert.deepEqual(found.toSorted(), alive.toSorted(), "who is alive");
    const sessions = new Set(leaders.map(({ pid }) => pid));
    const strangers = this.#place.processes().filter(({ pid, command }) => {
      const session = statOf(pid)?.session;
      return command.startsWith("sleep 1000") && isAlive(pid) && !sessions.has(session ?? 0);
    });
    assert.deepEqual(strangers, [], "something is left");
    for (const [id, process] of shown) learn(this.#known.get(id)!, process);
  }

  #check(id: string, { state, wish, pid }: ProcessSnapshot, known: Known): void {
    const settings = this.#file.find(({ name }) => id.startsWith(`${name}:`))!;
    assert.equal(wish, known.wish, `the wish of ${id}`);
    const possible = statesAtRest(settings, known);
    assert.ok(possible.includes(state), `${id} is ${state}, and is to be ${possible.join(" or ")}`);
    if (known.pid !== null) assert.equal(pid, known.pid, `${id} has not kept its pid`);
  }
}

function idOf({ program, num }: { readonly program: string; readonly num: number }): string {
  return `${program}:${num}`;
}

function isSameChild(a: Settings, b: Settings): boolean {
  return a.kind === b.kind && a.version === b.version;
}

function statesOf(processes: readonly ProcessSnapshot[]): string {
  return processes.map(({ name, state }) => `${name} ${state}`).join(", ");
}

/** Or what is about to die would be taken for what is to live on. */
async function untilGone(killed: readonly number[]): Promise<void> {
  const deadline = performance.now() + REST_LIMIT_MS;
  while (killed.some(isAlive)) {
    assert.ok(performance.now() < deadline, `does not die of SIGKILL: ${killed.join(", ")}`);
    await pause(LOOK_AGAIN_MS);
  }
}

/** Nothing but time has to pass. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function yamlOf(file: File): string {
  return [KEPT, ...file].map(({ name, kind, version, ...others }) => {
    const { cmd, outcome } = KINDS[kind];
    const rest = Object.entries(others).map(([key, value]) => `${key}: ${value}`).join(", ");
    // What ends does so early, however slow the machine is.
    const starttime = outcome === "RUNNING" ? 0 : 30;
    return `${name}: {cmd: ${cmd}, starttime: ${starttime}, startretries: 0, stoptime: 0.3, ` +
      `env: {VERSION: ${version}}, stdout: discard, stderr: discard, ${rest}}`;
  }).join("\n");
}
