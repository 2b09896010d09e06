/** Whether what taskmaster says of its processes is what the operating system has. */
import { pauseFor } from "../../src/base/pause.ts";
import type { ProcessSnapshot } from "../../src/core/snapshot.ts";
import { census, leadersIn, zombiesOf } from "./census.ts";
import { askForSnapshot } from "./requests.ts";
import type { Wishes } from "./operator.ts";
import type { World } from "./world.ts";

const NEVER = new AbortController().signal;
const LOOK_AGAIN_MS = 200;
/** News of an end has to reach taskmaster, and what was asked for has to be done. */
const AGREE_LIMIT_MS = 60_000;

export class Truth {
  readonly #world: World;
  looks = 0;
  agreements = 0;
  readonly complaints: string[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Never has a process two live children, whatever goes on. */
  look(): void {
    this.looks++;
    for (const [name, pids] of leadersIn(census(this.#world.place))) {
      if (pids.length < 2) continue;
      this.complaints.push(`two live children of ${name}: ${pids.join(" ")}`);
      this.#world.chronicle.note("truth", "two live children", `${name} ${pids.join(" ")}`);
    }
  }

  /**
   * When nobody makes trouble: the census lies between two snapshots, and whatever is the same in
   * both must be so in the census. What disagrees may be news on its way; so it is looked at again.
   */
  async agree(wishes: Wishes): Promise<void> {
    const { place, chronicle, init } = this.#world;
    const deadline = performance.now() + AGREE_LIMIT_MS;
    let differences: string[] = ["taskmaster does not answer"];
    while (performance.now() < deadline) {
      const before = await askForSnapshot(place);
      const leaders = leadersIn(census(place));
      const zombies = init.pid === null ? [] : zombiesOf(init.pid);
      const after = await askForSnapshot(place);
      if (before !== null && after !== null) {
        const still = sameIn(before.processes, after.processes);
        differences = [
          ...still.flatMap((process) => differenceOf(process, leaders, wishes)),
          ...unknownIn(leaders, after.processes),
          ...zombies.map((pid) => `${pid} is a zombie`),
        ];
        if (differences.length === 0) {
          this.agreements++;
          chronicle.note("truth", "ps and status agree", `${leaders.size} children`);
          return;
        }
      }
      await pauseFor(LOOK_AGAIN_MS, NEVER);
    }
    chronicle.note("truth", "ps and status disagree", differences.join("; "));
    this.complaints.push(...differences);
  }
}

function sameIn(
  before: readonly ProcessSnapshot[],
  after: readonly ProcessSnapshot[],
): ProcessSnapshot[] {
  const earlier = new Map(before.map((process) => [numbered(process), process]));
  return after.filter((process) => {
    const { state, pid, starts } = process;
    const one = earlier.get(numbered(process));
    return one?.state === state && one.pid === pid && one.starts === starts;
  });
}

/** As the census has it: the name that is shown changes when a reload makes one process of several. */
function numbered({ program, num }: ProcessSnapshot): string {
  return `${program}:${num}`;
}

function differenceOf(
  process: ProcessSnapshot,
  leaders: ReadonlyMap<string, readonly number[]>,
  wishes: Wishes,
): string[] {
  const { state, pid, wish } = process;
  const name = numbered(process);
  const real = leaders.get(name) ?? [];
  const said = pid === null ? [] : [pid];
  const differences = real.join() === said.join()
    ? []
    : [`${name} is ${state} with pid ${pid}, and there is ${real.join(" ") || "none"}`];
  const wanted = wishes.get(name);
  if (wanted !== undefined && wanted !== wish) {
    differences.push(`${name} was wanted ${wanted} last, and its wish is ${wish}`);
  }
  if (wish === "down" && state !== "STOPPED" && state !== "EXITED" && state !== "FATAL") {
    differences.push(`${name} is ${state} and wanted down`);
  }
  if (wish === "up" && state === "STOPPED") differences.push(`${name} is ${state} and wanted up`);
  return differences;
}

function unknownIn(
  leaders: ReadonlyMap<string, readonly number[]>,
  processes: readonly ProcessSnapshot[],
): string[] {
  const names = new Set(processes.map(numbered));
  return [...leaders].filter(([name]) => !names.has(name))
    .map(([name, pids]) => `${name} is not known, and there is ${pids.join(" ")}`);
}
