/** Orderly ends in the middle: nothing may be left of them, and what was wanted starts again. */
import { pauseFor } from "../../src/base/pause.ts";
import { census, isEscaped } from "./census.ts";
import { Random } from "./dice.ts";
import type { End } from "./life.ts";
import { ask } from "./requests.ts";
import type { Trouble } from "./troubles.ts";
import type { Check } from "./verdict.ts";
import type { World } from "./world.ts";

const WHO = "orderly end";
const LOOK_AGAIN_MS = 200;
const END_LIMIT_MS = 60_000;
const NEVER = new AbortController().signal;
const LONGEST_UPGRADE_MS = 2500;
/** Sooner taskmaster takes a second signal for the same one. */
const SECOND_AFTER_MS = 300;

export class OrderlyEnds {
  readonly #world: World;
  readonly #dice: Random;
  readonly complaints: string[] = [];
  /** Pids of what has escaped and lived on: its output after that is nobody's. */
  readonly outlived = new Set<number>();
  /** Who was sent SIGKILL in the middle. */
  readonly #killed = new Set<number>();
  #count = 0;
  #complete = 0;
  #slowestMs = 0;

  constructor(world: World) {
    this.#world = world;
    this.#dice = Random.for(world.seed, WHO);
  }

  /** How often programs were asked to end, whatever became of it. */
  get count(): number {
    return this.#count;
  }

  get trouble(): Trouble {
    const { lifeTurns } = this.#world;
    const ways = [
      () => this.#end("plain"),
      () => this.#endUpgrade(),
      () => this.#end("with a second signal", (ended) => this.#askAgain(ended)),
      () => this.#end("with a SIGKILL in the middle", (ended) => this.#kill(ended)),
    ];
    return {
      name: WHO,
      everyMs: 8000,
      dice: this.#dice,
      act: () =>
        lifeTurns.take(async () => {
          await this.#world.init.ready();
          await this.#dice.oneOf(ways)();
        }),
    };
  }

  get check(): Check {
    return {
      name: "an orderly end in the middle leaves nothing alive",
      seen: `${this.#complete} of ${this.#count}, slowest ${Math.round(this.#slowestMs)} ms`,
      complaints: this.complaints,
    };
  }

  /** In the rehearsal, or while one program becomes the other: either of them has to obey. */
  async #endUpgrade(): Promise<void> {
    const { place } = this.#world;
    const asked = ask(place, "POST", "/v1/upgrade", { body: {} });
    await pauseFor(this.#dice.between(0, LONGEST_UPGRADE_MS), NEVER);
    await this.#end("in an upgrade");
    await asked;
  }

  async #end(how: string, disturb?: (ended: AbortSignal) => Promise<void>): Promise<void> {
    const { init, chronicle } = this.#world;
    const { pid } = init;
    if (pid === null) return; // a surprise, which init complains of
    const release = init.hold();
    const over = new AbortController();
    try {
      const ended = init.expectEnd().finally(() => over.abort());
      const watched = this.#watchEscaped(over.signal);
      this.#count++;
      const begun = performance.now();
      const signal = this.#dice.oneOf(["SIGTERM", "SIGINT", "SIGQUIT"] as const);
      init.signal(signal);
      chronicle.note(WHO, `${signal} ${how}`, String(pid));
      await disturb?.(over.signal);
      await pauseFor(END_LIMIT_MS, over.signal);
      if (!over.signal.aborted) throw new Error(`${pid} does not end within ${END_LIMIT_MS} ms`);
      await watched;
      this.#judge(pid, (await ended)!, performance.now() - begun);
    } finally {
      over.abort();
      release();
    }
  }

  /** When the quiet ones have ended, which are not to be killed in the middle of a line. */
  async #askAgain(ended: AbortSignal): Promise<void> {
    const { place, init } = this.#world;
    await pauseFor(SECOND_AFTER_MS, ended);
    while (!ended.aborted && census(place).some(({ process }) => process.startsWith("small"))) {
      await pauseFor(LOOK_AGAIN_MS, ended);
    }
    await pauseFor(this.#dice.between(0, 300), ended);
    if (!ended.aborted) init.signal(this.#dice.oneOf(["SIGTERM", "SIGINT"]));
  }

  async #kill(ended: AbortSignal): Promise<void> {
    await pauseFor(this.#dice.between(0, 1500), ended);
    const { init } = this.#world;
    if (ended.aborted || init.pid === null) return;
    this.#killed.add(init.pid);
    init.signal("SIGKILL");
  }

  #judge(pid: number, { code, signal }: End, tookMs: number): void {
    const { place, chronicle } = this.#world;
    const how = `${signal ?? code ?? "nobody knows how"} after ${Math.round(tookMs)} ms`;
    chronicle.note(WHO, "over", how);
    if (code === null && this.#killed.has(pid)) return;
    this.#complete++;
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
    // Of the taskmaster of a guard nobody knows how it ended.
    if (signal !== null || (code !== 0 && code !== null)) this.#complain(`ended with ${how}`);
    for (const { pid, command } of place.processes()) {
      // A rehearsal is as short as it is harmless.
      if (!isEscaped(pid) && !command.includes(" --rehearse")) {
        this.#complain(`${pid} was left alive: ${command}`);
      }
    }
  }

  async #watchEscaped(over: AbortSignal): Promise<void> {
    while (true) {
      for (const { pid, isEscaped } of census(this.#world.place)) {
        if (isEscaped) this.outlived.add(pid);
      }
      if (over.aborted) return;
      await pauseFor(LOOK_AGAIN_MS, over);
    }
  }

  #complain(what: string): void {
    this.complaints.push(what);
    this.#world.chronicle.note(WHO, "complaint", what);
  }
}
