/** Somebody who starts, stops and restarts processes, and whose last word has to count. */
import type { OperationReply } from "../../src/ports/controller.ts";
import { Random } from "./dice.ts";
import { type Answer, ask } from "./requests.ts";
import type { Trouble } from "./troubles.ts";
import type { World } from "./world.ts";

const WHO = "operator";
const VERBS = ["start", "start", "start", "stop", "restart", "signal"] as const;
const SIGNALS = ["HUP", "TERM", "KILL", "CONT", "USR1"];

export type Wishes = ReadonlyMap<string, "up" | "down">;

export class Operator {
  readonly #world: World;
  readonly #dice: Random;
  /** What was answered for; a request that broke off may have been heard or not. */
  readonly #wishes = new Map<string, "up" | "down">();
  readonly complaints: string[] = [];
  slowestMs = 0;

  constructor(world: World) {
    this.#world = world;
    this.#dice = Random.for(world.seed, WHO);
    // They start by themselves, and are wanted up until somebody says otherwise.
    for (const name of this.#choices()) this.#wishes.set(name, "up");
  }

  /** By name of the process, of those that this can be said of. */
  get wishes(): Wishes {
    return this.#wishes;
  }

  get trouble(): Trouble {
    return { name: WHO, everyMs: 500, dice: this.#dice, act: () => this.#act() };
  }

  async #act(): Promise<void> {
    const verb = this.#dice.oneOf(VERBS);
    const name = this.#chooseProcess();
    if (verb === "signal") return await this.#signal(name, this.#dice.oneOf(SIGNALS));
    const { place, chronicle } = this.#world;
    const body = { selectors: [name], wait: this.#dice.chance(0.7) };
    this.#wishes.delete(name);
    const begun = performance.now();
    const answer = await ask(place, "POST", `/v1/processes/${verb}`, { body });
    const tookMs = performance.now() - begun;
    chronicle.note(WHO, verb, `${name} ${answer?.status ?? "no answer"} ${Math.round(tookMs)} ms`);
    if (answer === null) return;
    this.slowestMs = Math.max(this.slowestMs, tookMs);
    if (isRefusedByEnd(answer)) chronicle.note(WHO, "refused by the end of taskmaster", name);
    else if (answer.status === 200) this.#wishes.set(name, verb === "stop" ? "down" : "up");
    else this.complaints.push(`${verb} ${name}: ${answer.status} ${answer.body}`);
  }

  async #signal(name: string, signal: string): Promise<void> {
    const { place, chronicle, hitPids } = this.#world;
    const body = { selectors: [name], signal };
    const before = await ask(place, "GET", `/v1/processes/${name}`);
    const answer = await ask(place, "POST", "/v1/processes/signal", { body });
    const after = await ask(place, "GET", `/v1/processes/${name}`);
    for (const look of [before, after]) {
      const pid = look?.status === 200
        ? (JSON.parse(look.body) as { pid: number | null }).pid
        : null;
      if (pid !== null) hitPids.add(pid);
    }
    chronicle.note(WHO, "signal", `${name} ${signal} ${answer?.status ?? "no answer"}`);
    if (answer !== null && answer.status !== 200) {
      this.complaints.push(`signal ${name}: ${answer.status} ${answer.body}`);
    }
  }

  #chooseProcess(): string {
    return this.#dice.oneOf(this.#choices());
  }

  /** Those that no reload takes away: there a wish would end with the process. */
  #choices(): string[] {
    const kinds = this.#world.programs.kinds.filter(({ reload }) => reload === "restart");
    return kinds.flatMap(({ name, numprocs }) =>
      Array.from({ length: numprocs }, (_, num) => `${name}:${num}`)
    );
  }
}

function isRefusedByEnd({ status, body }: Answer): boolean {
  if (status !== 200) return false;
  const { results } = JSON.parse(body) as OperationReply;
  return results.some(({ fault }) => fault?.code === "shutting_down");
}
