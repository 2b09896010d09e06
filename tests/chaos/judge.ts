/** The end of a run: everything is brought to rest and ended, and then counted. */
import { pauseFor } from "../../src/base/pause.ts";
import { checkAppetites } from "./appetite.ts";
import { census } from "./census.ts";
import type { OrderlyEnds } from "./ends.ts";
import { readDeaths, readJournal } from "./journal.ts";
import { checkLines, livesOfEscaped, logsOf } from "./lines.ts";
import { checkLosses } from "./losses.ts";
import { PADDING, programsText } from "./programs.ts";
import { DAEMON } from "./reloads.ts";
import { ask } from "./requests.ts";
import type { Observed } from "./run.ts";
import type { Check } from "./verdict.ts";
import type { World } from "./world.ts";

const NEVER = new AbortController().signal;
const LOOK_AGAIN_MS = 100;
/** Of a taskmaster that the guard of an upgrade has started. */
const UNKNOWN = "nobody knows how";
const ESCAPED_LIMIT_MS = 60_000;

export async function judge(world: World, observed: Observed): Promise<Check[]> {
  const { place, init, chronicle, programs, hitPids } = world;
  const { truth, operator, honest, upgrades, ends, disk, appetites } = observed;
  await place.configure(programsText(programs), DAEMON);
  await init.ready();
  init.signal("SIGHUP");
  await truth.agree(operator.wishes);
  await endQuietOnes(world);
  await truth.agree(new Map());
  const { code: exitCode, signal } = await init.end();
  const how = signal ?? (exitCode === null ? UNKNOWN : `exit code ${exitCode}`);
  chronicle.note("init", "taskmaster ended in order", how);
  const left = place.processes().map(({ pid, command }) => `${pid}: ${command}`);
  const journal = await readJournal(
    place.logfile,
    readDeaths(`${programs.counts}/deaths`),
    hitPids,
  );
  for (const [kind, count] of journal.counts) chronicle.note("journal", kind, "", count);
  return [
    {
      name: "never two live children of a process; ps and status agree at rest; no zombie",
      seen: `${truth.looks} looks, ${truth.agreements} agreements`,
      complaints: truth.complaints,
    },
    {
      name: "the operator is always answered, and has the last word",
      seen: `slowest ${Math.round(operator.slowestMs)} ms`,
      complaints: operator.complaints,
    },
    {
      name: "who behaves is served beside those who do not",
      seen: `${honest.answers} answers, slowest ${Math.round(honest.slowestMs)} ms`,
      complaints: honest.complaints,
    },
    {
      name: "taskmaster never ends by itself",
      seen: `${init.lives} lives`,
      complaints: init.complaints,
    },
    {
      name: "the orderly end leaves nothing alive",
      seen: how,
      complaints: exitCode === 0 || how === UNKNOWN ? left : [...left, how],
    },
    upgrades.check,
    ends.check,
    checkAllLines(world, ends),
    ...disk === null ? [] : [checkLosses({
      ...disk,
      counts: programs.counts,
      paddingBytes: PADDING.length,
      mostLives: 1 + ends.count,
    })],
    ...journal.checks,
    checkAppetites(appetites),
  ];
}

/** Those whose last lines would be lost with taskmaster, or not be counted. */
async function endQuietOnes({ place, programs }: World): Promise<void> {
  const selectors = ["escaper", "small"].filter((name) =>
    programs.kinds.some((kind) => kind.name === name)
  );
  await ask(place, "POST", "/v1/processes/stop", { body: { selectors } });
  const deadline = performance.now() + ESCAPED_LIMIT_MS;
  while (census(place).some(({ isEscaped }) => isEscaped)) {
    if (performance.now() > deadline) throw new Error("what has escaped does not end by itself");
    await pauseFor(LOOK_AGAIN_MS, NEVER);
  }
}

function checkAllLines(
  { place, programs: { kinds, counts } }: World,
  { outlived }: OrderlyEnds,
): Check {
  const outlivedLives = livesOfEscaped(counts, outlived);
  let [lines, lives, cut] = [0, 0, 0];
  const complaints: string[] = [];
  for (const log of logsOf(kinds, place.directory, counts)) {
    const count = checkLines(log, outlivedLives);
    lines += count.lines;
    lives += count.lives;
    cut += count.cut;
    complaints.push(...count.complaints);
  }
  return {
    name: "every line is in its log exactly once, in order",
    seen: `${lines} lines of ${lives} lives, ${cut} of which died in the middle of one`,
    complaints,
  };
}
