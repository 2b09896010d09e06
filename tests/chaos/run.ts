/**
 * A run of chaos: a hundred hostile programs, everybody who makes trouble, and the judgement at the
 * end. In each round taskmaster is killed, ended and upgraded at first, then it lives, so that its
 * memory can be compared with itself.
 */
import { join } from "node:path";
import { SmallDisk } from "../support/small_disk.ts";
import { canMount, isRoot, NOBODY, Place, tryKill } from "../support/taskmaster_place.ts";
import { type Appetite, appetiteOf, describeAppetite } from "./appetite.ts";
import { Chronicle } from "./chronicle.ts";
import { HonestClient, misbehave } from "./clients.ts";
import { OrderlyEnds } from "./ends.ts";
import { Random } from "./dice.ts";
import { DiskFiller } from "./disk_filler.ts";
import { Init } from "./init.ts";
import { judge } from "./judge.ts";
import { killChildren, killHolder, killTaskmaster, shakeTaskmaster } from "./killers.ts";
import { Operator } from "./operator.ts";
import { type ConfigurationOptions, KINDS, programsText, SMALL } from "./programs.ts";
import { DAEMON, reload } from "./reloads.ts";
import { type Trouble, Troubles } from "./troubles.ts";
import { Truth } from "./truth.ts";
import { Turns } from "./turns.ts";
import type { Check } from "./verdict.ts";
import { Upgrades } from "./upgrades.ts";
import type { World } from "./world.ts";

export interface ChaosOptions {
  readonly seconds: number;
  readonly seed: number;
  /** How far taskmaster and its programs stand back behind others (nice(1)). */
  readonly niceness?: number;
}

export interface Outcome {
  readonly checks: readonly Check[];
  /** What was done and seen, with counts. */
  readonly summary: readonly string[];
  /** Everything in the order of time. */
  readonly chronicle: Chronicle;
  readonly place: Place;
}

/** What is observed in the course of a run, for the judge. */
export interface Observed {
  readonly truth: Truth;
  readonly operator: Operator;
  readonly honest: HonestClient;
  readonly upgrades: Upgrades;
  readonly ends: OrderlyEnds;
  readonly disk: { readonly disk: SmallDisk; readonly filler: DiskFiller } | null;
  /** Of the same taskmaster, before and after trouble that it lived through; one pair a round. */
  readonly appetites: (readonly [before: Appetite, after: Appetite])[];
}

const ROUND_SECONDS = 600;
/** Of what a flood writes in a whole run. */
const FLOOD_BYTES = 300e6;
const BURST_BYTES = 400e3;

/**
 * Takes somewhat longer than `seconds`: everybody has to come to rest. The place is left to the
 * caller, to be looked at or removed; nothing in it is alive.
 */
export async function runChaos(
  { seconds, seed, niceness = 0 }: ChaosOptions,
): Promise<Outcome> {
  const place = await Place.create();
  const chronicle = new Chronicle(join(place.directory, "chronicle"));
  await using disk = await canMount() ? await SmallDisk.create(place.directory, "32m") : null;
  const programs = await preparePrograms(place, seconds, disk !== null);
  await place.configure(programsText(programs), DAEMON);
  const prefix = ["nice", "-n", String(niceness), ...disk?.prefix ?? []];
  const init = new Init({ place, chronicle, prefix, dice: Random.for(seed, "init") });
  try {
    const world: World = {
      ...{ place, chronicle, seed, init, programs },
      lifeTurns: new Turns(),
      hitPids: new Set(),
    };
    const observed: Observed = {
      truth: new Truth(world),
      operator: new Operator(world),
      honest: new HonestClient(),
      upgrades: new Upgrades(world),
      ends: new OrderlyEnds(world),
      disk: disk === null ? null : { disk, filler: new DiskFiller(disk) },
      appetites: [],
    };
    await makeTrouble(world, observed, seconds);
    const checks = await judge(world, observed);
    return { checks, summary: chronicle.summary(), chronicle, place };
  } catch (cause) {
    throw new Error(`the run broke off; what happened when: ${chronicle.path}`, { cause });
  } finally {
    await init.abandon();
    for (const { pid } of place.processes()) tryKill(pid, "SIGKILL");
  }
}

async function preparePrograms(
  place: Place,
  seconds: number,
  hasDisk: boolean,
): Promise<ConfigurationOptions> {
  const counts = join(place.directory, "counts");
  await Deno.mkdir(counts);
  if (isRoot) await Deno.chown(counts, NOBODY.uid, NOBODY.gid);
  const script = join(place.directory, "hostile.sh");
  await Deno.copyFile(join(import.meta.dirname!, "hostile.sh"), script);
  await Deno.chmod(script, 0o644);
  const bursts = FLOOD_BYTES / BURST_BYTES;
  return {
    kinds: hasDisk ? [...KINDS, SMALL] : KINDS,
    ...{ counts, script },
    floodPauseSeconds: Math.max(1, Math.ceil(seconds / bursts)),
  };
}

async function makeTrouble(world: World, observed: Observed, seconds: number): Promise<void> {
  const rounds = Math.max(1, Math.round(seconds / ROUND_SECONDS));
  const halfMs = seconds * 1000 / rounds / 2;
  const always = troublesWhileItLives(world, observed);
  const lifeEnding = [killTaskmaster(world), observed.upgrades.trouble, observed.ends.trouble];
  const troubles = new Troubles(world.chronicle);
  await world.init.ready();
  for (let round = 0; round < rounds; round++) {
    await troubles.make([...always, ...lifeEnding], halfMs);
    await rest(world, observed);
    // What it loads and keeps when it first does something is no growth.
    await troubles.make(always, halfMs / 3);
    const before = await rest(world, observed);
    await troubles.make(always, halfMs * 2 / 3);
    const after = await rest(world, observed);
    observed.appetites.push([before, after]);
  }
}

function troublesWhileItLives(world: World, observed: Observed): Trouble[] {
  const { truth, operator, honest, disk } = observed;
  const look: Trouble = {
    name: "truth",
    everyMs: 1000,
    dice: Random.for(world.seed, "truth"),
    act: () => Promise.resolve(truth.look()),
  };
  return [
    look,
    operator.trouble,
    honest.trouble(world),
    killChildren(world),
    killHolder(world),
    shakeTaskmaster(world),
    reload(world),
    misbehave(world),
    ...disk === null ? [] : [disk.filler.trouble(world)],
  ];
}

/** Everybody comes to rest, and what is said has to be true. */
async function rest(world: World, { truth, operator }: Observed): Promise<Appetite> {
  const pid = await world.init.ready();
  await truth.agree(operator.wishes);
  const appetite = appetiteOf(pid, world.init.lives);
  world.chronicle.note("appetite", "measured", `${pid}: ${describeAppetite(appetite)}`);
  return appetite;
}
