/** Fills the disk of some programs up, and adds up what taskmaster says that is lost by it. */
import { pauseFor } from "../../src/base/pause.ts";
import type { Snapshot } from "../../src/core/snapshot.ts";
import type { SmallDisk } from "../support/small_disk.ts";
import type { Place } from "../support/taskmaster_place.ts";
import { Random } from "./dice.ts";
import { SMALL } from "./programs.ts";
import { askForSnapshot } from "./requests.ts";
import type { Trouble } from "./troubles.ts";
import type { World } from "./world.ts";

const WHO = "disk";
const NEVER = new AbortController().signal;
const CHANGE_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 100;

export class DiskFiller {
  readonly #disk: SmallDisk;
  /** By number of the process of `small`. */
  readonly reportedBytes: number[] = Array.from({ length: SMALL.numprocs }, () => 0);

  constructor(disk: SmallDisk) {
    this.#disk = disk;
  }

  /** Taskmaster's count of what is lost ends with it, so it has to live through this. */
  trouble({ init, place, seed, chronicle, lifeTurns }: World): Trouble {
    const dice = Random.for(seed, WHO);
    return {
      name: WHO,
      everyMs: 7000,
      dice,
      act: () =>
        lifeTurns.take(async () => {
          await init.ready();
          const before = lossesIn(await askForSnapshot(place));
          this.#disk.fill();
          chronicle.note(WHO, "filled");
          await untilSmall(place, ({ outputTrouble }) => outputTrouble !== null);
          await pauseFor(dice.between(0, 1500), NEVER);
          await this.#disk.free();
          chronicle.note(WHO, "has room again");
          const after = lossesIn(
            await untilSmall(place, ({ outputTrouble }) => outputTrouble === null),
          );
          after.forEach((bytes, num) => this.reportedBytes[num]! += bytes - (before[num] ?? 0));
          chronicle.note(WHO, "losses reported", JSON.stringify({ before, after }));
        }),
    };
  }
}

type Small = Snapshot["processes"][number];

function smallOnesIn(snapshot: Snapshot | null): Small[] {
  return snapshot?.processes.filter(({ program }) => program === SMALL.name) ?? [];
}

function lossesIn(snapshot: Snapshot | null): number[] {
  return smallOnesIn(snapshot).map(({ outputLost }) => outputLost);
}

async function untilSmall(place: Place, holds: (small: Small) => boolean): Promise<Snapshot> {
  const deadline = performance.now() + CHANGE_LIMIT_MS;
  while (performance.now() < deadline) {
    const snapshot = await askForSnapshot(place);
    const small = smallOnesIn(snapshot);
    if (snapshot !== null && small.length === SMALL.numprocs && small.every(holds)) return snapshot;
    await pauseFor(LOOK_AGAIN_MS, NEVER);
  }
  throw new Error(
    `after ${CHANGE_LIMIT_MS} ms the full disk is not seen, or not seen to have room`,
  );
}
