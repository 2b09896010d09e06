/** SIGHUP with another configuration each time; one in four has a mistake. */
import { pauseFor } from "../../src/base/pause.ts";
import type { JournalRecord } from "../../src/core/record.ts";
import { Random } from "./dice.ts";
import { programsText, spoil } from "./programs.ts";
import { ask } from "./requests.ts";
import type { Trouble } from "./troubles.ts";
import type { World } from "./world.ts";

const WHO = "reloader";
const NEVER = new AbortController().signal;
const HEARD_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 50;

/** Enough for every run in one file. */
export const DAEMON = "loglevel: info\nlogfile_maxbytes: 0\nname: chaos";

export function reload(world: World): Trouble {
  const { place, chronicle, seed, init, programs, lifeTurns } = world;
  const dice = Random.for(seed, WHO);
  return {
    name: WHO,
    everyMs: 3000,
    dice,
    act: () =>
      lifeTurns.take(async () => {
        // Before it listens for signals they would end it, as they end any program. And nobody may
        // start with half a file, or one with a mistake.
        await init.ready();
        if (!dice.chance(0.25)) return await reloadAnother(world, dice);
        const text = programsText(programs, dice);
        const after = (await recordsOf(world)).at(-1)?.seq ?? 0;
        await place.configure(spoil(text, dice), DAEMON);
        init.signal("SIGHUP");
        chronicle.note(WHO, "SIGHUP with a mistake in the file");
        await untilRefused(world, after);
        await place.configure(programsText(programs), DAEMON);
      }),
  };
}

/** Only for who has the turn, and of a taskmaster that is ready: see `reload`. */
export async function reloadAnother(
  { place, chronicle, init, programs }: World,
  dice: Random,
): Promise<void> {
  await place.configure(programsText(programs, dice), DAEMON);
  init.signal("SIGHUP");
  chronicle.note(WHO, "SIGHUP with another file");
}

async function untilRefused(world: World, after: number): Promise<void> {
  const deadline = performance.now() + HEARD_LIMIT_MS;
  while (performance.now() < deadline) {
    const news = (await recordsOf(world)).filter(({ seq }) => seq > after);
    if (news.some(({ kind }) => kind === "reload_refused")) return;
    await pauseFor(LOOK_AGAIN_MS, NEVER);
  }
  throw new Error(`a file with a mistake was not refused within ${HEARD_LIMIT_MS} ms`);
}

/** The newest; none when taskmaster does not answer. */
async function recordsOf({ place }: World): Promise<readonly JournalRecord[]> {
  const answer = await ask(place, "GET", "/v1/events?limit=300");
  if (answer?.status !== 200) return [];
  return JSON.parse(answer.body) as JournalRecord[];
}
