/**
 * `kill -9` at random moments, while twenty programs start, stop and restart: never is there more
 * than one live child of a process, and the next start knows all of them. A failed run says its
 * seed; TASKMASTER_SEED runs it again.
 */
import assert from "node:assert/strict";
import { randomFrom } from "../support/random.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { crash, liveChildren, startAgain } from "../support/taskmaster_crash.ts";
import { tryKill } from "../support/taskmaster_place.ts";
import { ask } from "../support/taskmaster_shell.ts";

const ROUNDS = 10;
const LONGEST_TURMOIL_MS = 400;
const UP_LIMIT_MS = 30_000;
const ON_TERMINAL = { stdin: "pty", terminal: { rows: 50, cols: 1000 } } as const;

/** Eighteen change with each round, in three ways of ending; two never do. */
function programs(round: number): string {
  const env = `env: {ROUND: ${round}}`;
  const slow = `[sh, -c, 'trap "sleep 0.1; exit 0" TERM; while :; do sleep 0.05; done']`;
  const deaf = `[sh, -c, 'trap "" TERM; while :; do sleep 0.05; done']`;
  return `
    plain: {cmd: sleep 1000, numprocs: 8, starttime: 0, ${env}}
    slow: {cmd: ${slow}, numprocs: 6, starttime: 0.05, ${env}}
    deaf: {cmd: ${deaf}, numprocs: 4, starttime: 0.05, stoptime: 0.2, ${env}}
    steady: {cmd: sleep 1000, numprocs: 2, starttime: 0}
  `;
}

const NAMES = [["plain", 8], ["slow", 6], ["deaf", 4], ["steady", 2]].flatMap(([name, count]) =>
  Array.from({ length: Number(count) }, (_, num) => `${name}:${num}`)
).toSorted();

interface Shown {
  readonly name: string;
  readonly state: string;
  readonly pid: number | null;
}

async function statusOf(tm: Taskmaster): Promise<Shown[]> {
  const lines = (await ask(tm, "status --json")).split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as Shown);
}

/** Resolves when all are up; that there are never two of one is checked at every look. */
async function allUp(tm: Taskmaster, message: string): Promise<Map<string, number[]>> {
  let shown: Shown[] = [];
  const deadline = performance.now() + UP_LIMIT_MS;
  while (shown.length < NAMES.length || shown.some(({ state }) => state !== "RUNNING")) {
    assertNoneTwice(tm, message);
    shown = await statusOf(tm);
    if (performance.now() > deadline) throw new Error(`not all are up\n${tm.describe()}`);
  }
  const live = assertNoneTwice(tm, message);
  assert.deepEqual([...live.keys()].toSorted(), NAMES, message);
  for (const { name, pid } of shown) assert.deepEqual(live.get(name), [pid], `${name}, ${message}`);
  return live;
}

function assertNoneTwice(tm: Taskmaster, message: string): Map<string, number[]> {
  const live = liveChildren(tm.place);
  const twice = [...live].filter(([, pids]) => pids.length > 1);
  assert.deepEqual(twice, [], message);
  return live;
}

/** A start that is killed when it has logged so many records. */
async function killWhileAdopting(tm: Taskmaster, records: number): Promise<void> {
  await using brief = await startAgain(tm);
  await brief.until(() => brief.log.length >= records);
  await crash(brief);
}

Deno.test("ten kill -9 at random moments of starting and stopping leave one child each", async () => {
  const seed = Number(Deno.env.get("TASKMASTER_SEED") ?? Math.floor(Math.random() * 2 ** 32));
  try {
    await killAgainAndAgain(randomFrom(seed));
  } catch (cause) {
    throw new Error(`with TASKMASTER_SEED=${seed}`, { cause });
  }
});

async function killAgainAndAgain(random: () => number): Promise<void> {
  const message = (round: number) => `round ${round}`;
  await using tm = await startTaskmaster({ programs: programs(0), ...ON_TERMINAL });
  await ask(tm, "log off");
  const steady = (live: Map<string, number[]>) => [live.get("steady:0"), live.get("steady:1")];
  const before = steady(await allUp(tm, message(0)));
  await using runs = new AsyncDisposableStack();
  let now: Taskmaster = tm;
  for (let round = 1; round <= ROUNDS; round++) {
    await tm.rewriteConfig(programs(round));
    const children = [...liveChildren(tm.place)].filter(([name]) => !name.startsWith("steady"));
    now.signal("SIGHUP");
    const moment = performance.now() + random() * LONGEST_TURMOIL_MS;
    for (const [, [pid]] of children) if (random() < 0.2) tryKill(pid!, "SIGKILL");
    await now.until(() => performance.now() >= moment);
    await crash(now);
    assertNoneTwice(tm, message(round));
    if (random() < 0.5) await killWhileAdopting(tm, Math.ceil(random() * NAMES.length));
    now = runs.use(await startAgain(tm, ON_TERMINAL));
    await ask(now, "log off");
    assert.deepEqual(steady(await allUp(now, message(round))), before, message(round));
  }
  await now.end();
}
