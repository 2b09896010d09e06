/**
 * Measurements of taskmaster beside other supervisors, which take turns in one run.
 *
 *     deno task bench                  all of them; writes docs/benchmarks.md (12 minutes)
 *     deno task bench all ROUNDS       the same, with other rounds than usual
 *     deno task bench NAME [ROUNDS]    one of them, only shown
 */
import { existsSync } from "node:fs";
import { describeMachine, load } from "./machine.ts";
import { measureExecutable } from "./executable.ts";
import { EXECUTABLE, taskmaster } from "./peers/taskmaster.ts";
import type { Peer } from "./peers/peer.ts";
import { pm2In } from "./peers/pm2.ts";
import { runit } from "./peers/runit.ts";
import { s6 } from "./peers/s6.ts";
import { supervisord } from "./peers/supervisord.ts";
import { renderPage, renderResults } from "./page.ts";
import { Results } from "./results.ts";
import { print, runCommand } from "./run_command.ts";
import { runStage, type World } from "./run_stages.ts";
import type { Session } from "./session.ts";
import { compileProgram } from "./stamps.ts";
import { questionNames, STAGES, stagesFor } from "./stages.ts";

const PAGE = new URL("../docs/benchmarks.md", import.meta.url).pathname;
const ALL = "all";
const EXECUTABLE_NAME = "executable";
/** In memory: how fast the disk is, is not the subject. */
const MEMORY_FILE_SYSTEM = "/dev/shm";

/** By name, what was found; those that are not there are said to be missing. */
async function findPeers(place: string): Promise<{ peers: Peer[]; versions: Map<string, string> }> {
  const peers: Peer[] = [];
  const versions = new Map<string, string>();
  for (const peer of [taskmaster, supervisord, pm2In(`${place}/pm2`), runit, s6]) {
    const version = await peer.version();
    print(`${peer.name} ${version ?? "is not installed: left out"}`);
    if (version === undefined) continue;
    peers.push(peer);
    versions.set(peer.name, version);
  }
  return { peers, versions };
}

/** Ends what was started when we are asked to end. */
function onInterrupt(
  { place, sessions }: Pick<World, "place" | "sessions">,
  interruption: AbortController,
): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      if (interruption.signal.aborted) return;
      interruption.abort();
      print(`\n${signal}: ending what was started`);
      void Promise.allSettled([...sessions].map((session) => session.end()))
        .then(() => Deno.remove(place, { recursive: true }))
        .finally(() => Deno.exit(130));
    });
  }
}

async function runAll(world: World, name: string | undefined, rounds: number | undefined) {
  const stages = name === undefined ? STAGES : stagesFor(name);
  for (const stage of stages) await runStage(world, stage, rounds ?? stage.rounds);
}

async function measure(
  place: string,
  name: string | undefined,
  rounds: number | undefined,
): Promise<void> {
  const interruption = new AbortController();
  const shared = {
    ...{ place, results: new Results(), sessions: new Set<Session>() },
    interruption: interruption.signal,
  };
  onInterrupt(shared, interruption);
  const machine = await describeMachine();
  const loadBefore = await load();
  print(`${machine}, load ${loadBefore}, Deno ${Deno.version.deno}`);
  const program = await compileProgram(place);
  const { peers, versions } = name === EXECUTABLE_NAME
    ? { peers: [], versions: new Map() }
    : await findPeers(place);
  const world: World = { ...shared, peers, program };
  const kinds: World = { ...world, results: new Results() };
  if (name !== EXECUTABLE_NAME) await runAll(world, name, rounds);
  if (name === undefined || name === EXECUTABLE_NAME) await measureExecutable(kinds);
  const sections = { peers: world.results, kinds: kinds.results };
  print(renderResults(sections));
  if (name !== undefined) return;
  const { size } = await Deno.stat(EXECUTABLE);
  const page = renderPage({ ...sections, machine, load: loadBefore, versions, bytes: size });
  await Deno.writeTextFile(PAGE, page);
  await runCommand([Deno.execPath(), "fmt", "--quiet", PAGE]);
  print(`written: ${PAGE}`);
}

async function main([first = ALL, rounds]: readonly string[]): Promise<number> {
  const name = first === ALL ? undefined : first;
  const names = [...questionNames(), EXECUTABLE_NAME];
  if (name !== undefined && !names.includes(name)) {
    print(`there is no measurement "${name}"; there are ${ALL}, ${names.join(", ")}`);
    return 2;
  }
  if (rounds !== undefined && !(Number(rounds) >= 1)) {
    print(`"${rounds}" is no number of rounds`);
    return 2;
  }
  if (!existsSync(EXECUTABLE)) throw new Error(`deno task compile makes ${EXECUTABLE}`);
  const place = await Deno.makeTempDir({ dir: MEMORY_FILE_SYSTEM, prefix: "taskmaster-bench-" });
  try {
    await measure(place, name, rounds === undefined ? undefined : Number(rounds));
  } finally {
    await Deno.remove(place, { recursive: true });
  }
  return 0;
}

Deno.exit(await main(Deno.args));
