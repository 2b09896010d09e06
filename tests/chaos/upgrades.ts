/** Upgrades: by itself, twice at once, in the middle of a reload, killed, refused and failed. */
import { pauseFor } from "../../src/base/pause.ts";
import { writeBroken } from "../support/broken_executable.ts";
import { Random } from "./dice.ts";
import { reloadAnother } from "./reloads.ts";
import { type Answer, ask, askForSnapshot } from "./requests.ts";
import type { Trouble } from "./troubles.ts";
import type { Check } from "./verdict.ts";
import type { World } from "./world.ts";

const WHO = "upgrader";
const NEVER = new AbortController().signal;
const LOOK_AGAIN_MS = 100;
const ALONE_LIMIT_MS = 60_000;
/** Until one has shown how long they take here. */
const FIRST_GUESS_MS = 2000;

export class Upgrades {
  readonly #world: World;
  readonly #dice: Random;
  readonly complaints: string[] = [];
  #tookMs = FIRST_GUESS_MS;
  #slowestMs = 0;
  #count = 0;
  #asked = 0;

  constructor(world: World) {
    this.#world = world;
    this.#dice = Random.for(world.seed, WHO);
  }

  get trouble(): Trouble {
    const { lifeTurns } = this.#world;
    const ways = [
      () => this.#upgrade(),
      () => this.#upgradeInReload(),
      () => this.#upgradeTwice(),
      () => this.#kill(),
      () => this.#kill(),
      () => this.#refuse(),
      () => this.#fail(),
    ];
    return {
      name: WHO,
      everyMs: 6000,
      dice: this.#dice,
      act: () => lifeTurns.take(this.#dice.oneOf(ways)),
    };
  }

  get check(): Check {
    return {
      name: "an upgrade keeps the pid, and one that cannot be changes nothing",
      seen: `${this.#count} upgrades, slowest ${Math.round(this.#slowestMs)} ms`,
      complaints: this.complaints,
    };
  }

  async #upgrade(): Promise<void> {
    await this.#world.init.ready();
    await this.#samePid("upgrade", async () => this.#expectNone(await this.#ask()));
  }

  async #upgradeInReload(): Promise<void> {
    const { init } = this.#world;
    await init.ready();
    await reloadAnother(this.#world, this.#dice);
    await this.#samePid("upgrade in a reload", async () => this.#expectNone(await this.#ask()));
  }

  /** The second may be refused, or be cut off by the first, or come to the new one. */
  async #upgradeTwice(): Promise<void> {
    await this.#world.init.ready();
    await this.#samePid("two upgrades at once", async () => {
      const first = this.#ask();
      await pauseFor(this.#dice.chance(0.5) ? 0 : this.#moment(), NEVER);
      const answers = await Promise.all([first, this.#ask()]);
      for (const answer of answers) {
        if (answer !== null && !answer.body.includes("another upgrade is under way")) {
          this.#expectNone(answer);
        }
      }
      if (!answers.includes(null)) this.#complain("of two upgrades at once neither took place");
    });
  }

  /** In the rehearsal, between the two programs, or when the new one has just begun. */
  async #kill(): Promise<void> {
    const { init, chronicle } = this.#world;
    const pid = await init.ready();
    init.expectRival();
    const asked = this.#ask();
    const afterMs = this.#moment();
    await pauseFor(afterMs, NEVER);
    chronicle.note(WHO, "SIGKILL in an upgrade", `${pid} after ${Math.round(afterMs)} ms`);
    await init.kill();
    await asked;
    await this.#untilAlone();
  }

  async #refuse(): Promise<void> {
    const { init, chronicle } = this.#world;
    const pid = await init.ready();
    const answer = await this.#ask("/bin/false");
    chronicle.note(WHO, "upgrade to what is no taskmaster", String(answer?.status));
    if (answer !== null && answer.status !== 409) this.#complain(`/bin/false: ${answer.status}`);
    if (await init.ready() !== pid) this.#complain(`a refused upgrade has ended ${pid}`);
  }

  /** The old program takes over again, in another process. */
  async #fail(): Promise<void> {
    const { init, chronicle, place } = this.#world;
    const broken = `${place.directory}/broken`;
    await writeBroken(broken, this.#dice.oneOf(["exit 7", "exit 0", "kill -9 $$"]));
    const pid = await init.ready();
    init.expectRival();
    const ended = init.expectEnd();
    const askedBefore = this.#asked;
    const answer = await this.#ask(broken);
    if (answer !== null) return this.#expectNone(answer);
    if (this.#asked === askedBefore) return chronicle.note(WHO, "was turned away", broken);
    await ended;
    const next = await this.#untilAlone();
    chronicle.note(WHO, "upgrade to what ends at once", `${pid}, and then ${next}`);
  }

  async #samePid(what: string, upgrade: () => Promise<void>): Promise<void> {
    const { init, place, chronicle } = this.#world;
    const { pid } = init;
    const begun = performance.now();
    const askedBefore = this.#asked;
    await upgrade();
    // So many may be waiting to be let in that another one is turned away.
    if (this.#asked === askedBefore) return chronicle.note(WHO, "was turned away", what);
    const after = await init.ready();
    const tookMs = performance.now() - begun;
    const uptimeMs = (await askForSnapshot(place))?.supervisor.uptimeMs ?? 0;
    this.#count++;
    this.#tookMs = tookMs;
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
    init.countLife();
    chronicle.note(WHO, what, `${pid} ${Math.round(tookMs)} ms`);
    if (after !== pid) this.#complain(`${what}: ${pid} became ${after}`);
    if (uptimeMs > performance.now() - begun) this.#complain(`${what}: ${pid} is the old one`);
  }

  /** There may be another one for a moment, which is about to be refused. */
  async #untilAlone(): Promise<number> {
    const { init, place } = this.#world;
    const deadline = performance.now() + ALONE_LIMIT_MS;
    let others: string[] = [];
    while (performance.now() < deadline) {
      const pid = await init.ready();
      const all = place.processes().filter(({ command }) => command.includes(`-c ${place.config}`));
      others = all.filter((one) => one.pid !== pid).map(({ pid, command }) => `${pid} ${command}`);
      if (others.length === 0) return pid;
      await pauseFor(LOOK_AGAIN_MS, NEVER);
    }
    throw new Error(`there is more than one taskmaster: ${others.join("; ")}`);
  }

  /** A moment of an upgrade, or shortly afterwards. */
  #moment(): number {
    return this.#dice.between(0, 1.2 * this.#tookMs);
  }

  /** null when it took place, or nobody is there any more. */
  #ask(executable?: string): Promise<Answer | null> {
    const body = executable === undefined ? {} : { executable };
    const onConnected = () => void this.#asked++;
    return ask(this.#world.place, "POST", "/v1/upgrade", { body, onConnected });
  }

  #expectNone(answer: Answer | null): void {
    if (answer !== null) this.#complain(`${answer.status} ${answer.body}`);
  }

  #complain(what: string): void {
    this.complaints.push(what);
    this.#world.chronicle.note(WHO, "complaint", what);
  }
}
