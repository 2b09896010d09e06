/** Carries out the stages: the supervisors take turns, round by round. */
import type { Peer } from "./peers/peer.ts";
import type { Results } from "./results.ts";
import { pause, print } from "./run_command.ts";
import { Session } from "./session.ts";
import type { Stage } from "./stages.ts";

/** Every program counts as up by then, with every supervisor (one second, as a rule). */
const SETTLE_MS = 1200;

export interface World {
  readonly peers: readonly Peer[];
  /** Where sessions have their directories. */
  readonly place: string;
  /** bench/stamp.c, compiled. */
  readonly program: string;
  readonly results: Results;
  /** Those that have to be ended if we are. */
  readonly sessions: Set<Session>;
  /** Aborted when they are being ended, and we soon after them. */
  readonly interruption: AbortSignal;
}

export async function runStage(world: World, stage: Stage, rounds: number): Promise<void> {
  const { reference } = stage;
  const peers = reference === undefined ? world.peers : [...world.peers, reference];
  for (let round = 1; round <= rounds; round++) {
    const questions = stage.questions.filter(({ isOnce = false }) => round === 1 || !isOnce);
    if (questions.length === 0) return;
    const asked = questions.map(({ name }) => name).join(", ");
    print(`${stage.programs} programs: ${asked} (round ${round} of ${rounds})`);
    if (stage.isTogether) await goOn(world, together(world, { ...stage, questions }, peers));
    else for (const peer of peers) await goOn(world, alone(world, { ...stage, questions }, peer));
  }
}

/** Never resolves once we are to be ended: nothing new is begun, and no failure is told. */
async function stayIfInterrupted({ interruption }: World): Promise<void> {
  if (interruption.aborted) await new Promise<never>(() => {});
}

/** What cannot be measured is missing in the report, and spoils nothing else. */
async function goOn(world: World, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    await stayIfInterrupted(world);
    print(`  not measured: ${error instanceof Error ? error.message : error}`);
  }
}

async function alone(world: World, stage: Stage, peer: Peer): Promise<void> {
  const session = await open(world, stage, peer);
  try {
    await session.start();
    await ask(world, stage, session);
  } finally {
    await end(world, session);
  }
}

async function together(world: World, stage: Stage, peers: readonly Peer[]): Promise<void> {
  const sessions: Session[] = [];
  try {
    for (const peer of peers) {
      const session = await open(world, stage, peer);
      sessions.push(session);
      await session.start();
    }
    await Promise.all(sessions.map((session) => ask(world, stage, session)));
  } finally {
    for (const session of sessions) await end(world, session);
  }
}

async function open(world: World, stage: Stage, peer: Peer): Promise<Session> {
  await stayIfInterrupted(world);
  const { place, program, sessions } = world;
  const { programs: count, mode, bytes = 0 } = stage;
  const session = await Session.prepare(peer, { place, program, count, mode, bytes });
  sessions.add(session);
  return session;
}

async function end({ sessions }: World, session: Session): Promise<void> {
  await session.end();
  sessions.delete(session);
}

async function ask({ results }: World, { questions }: Stage, session: Session): Promise<void> {
  await pause(SETTLE_MS);
  for (const question of questions) {
    const samples = await question.ask(session);
    results.add(session.peer.name, samples);
    const values = samples.map(({ figure, value }) => `${value.toFixed(1)} ${figure.unit}`);
    print(`  ${session.peer.name.padEnd(12)} ${question.name.padEnd(8)} ${values.join(", ")}`);
  }
}
