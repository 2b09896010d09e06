/**
 * Runs scenarios on supervisors of one kind. Those that touch nothing but their own programs share
 * one; the others have one of their own each, a few at a time.
 */
import { JointReload, type NamedPrograms } from "./joint_reload.ts";
import { observe } from "./observe.ts";
import { hasReload, Stage, stagedPrograms } from "./run_scenario.ts";
import type { Programs, Scenario } from "./scenario.ts";
import type { Side } from "./side.ts";

/** For those that have a supervisor of their own. */
const AT_THE_SAME_TIME = 4;

/** Either what was seen, or what went wrong. */
export type Outcome = { readonly lines: readonly string[] } | { readonly error: unknown };
type Outcomes = ReadonlyMap<Scenario, Outcome>;
type Start = (programs: Programs) => Promise<Side>;

async function outcomeOf(stage: Stage, { steps }: Scenario): Promise<{ error: unknown } | null> {
  try {
    await stage.run(steps);
    return null;
  } catch (error) {
    return { error };
  }
}

async function runOn(side: Side, scenarios: ReadonlyMap<string, Scenario>): Promise<Outcomes> {
  const waiting = [...scenarios].filter(([, scenario]) => hasReload(scenario));
  const reload = new JointReload(side, programsOf(scenarios), waiting.map(([prefix]) => prefix));
  const runs = Array.from(scenarios, async ([prefix, scenario]) => {
    const stage = new Stage(side, prefix, reload);
    return [scenario, stage, await outcomeOf(stage, scenario)] as const;
  });
  const ended = await Promise.all(runs);
  // Only now: what must not happen has had the time in which the others did.
  return new Map(ended.map(([scenario, stage, error]) => {
    return [scenario, error ?? { lines: observe(stage, scenario) }];
  }));
}

function programsOf(scenarios: ReadonlyMap<string, Scenario>): Map<string, NamedPrograms> {
  const all = Array.from(scenarios, ([prefix, { programs }]) => {
    return [prefix, stagedPrograms(programs, prefix)] as const;
  });
  return new Map(all);
}

/** On one supervisor; names and files of a scenario begin with its key. */
async function runTogether(
  start: Start,
  scenarios: ReadonlyMap<string, Scenario>,
): Promise<Outcomes> {
  const programs = Object.fromEntries([...programsOf(scenarios).values()].flat());
  try {
    await using side = await start(programs);
    return await runOn(side, scenarios);
  } catch (error) {
    return new Map(Array.from(scenarios.values(), (scenario) => [scenario, { error }]));
  }
}

/** Those that have supervisors of their own, a few at a time. */
async function runEach(start: Start, scenarios: readonly Scenario[]): Promise<Outcomes> {
  const outcomes = new Map<Scenario, Outcome>();
  const waiting = scenarios.values();
  const work = async () => {
    for (const scenario of waiting) {
      const alone = await runTogether(start, new Map([["", scenario]]));
      outcomes.set(scenario, alone.get(scenario)!);
    }
  };
  await Promise.all(Array.from({ length: AT_THE_SAME_TIME }, work));
  return outcomes;
}

/** `start` is called for a supervisor with these programs, which is ended when it is done. */
export async function runScenarios(
  start: Start,
  scenarios: readonly Scenario[],
): Promise<Outcomes> {
  const sharing = scenarios.filter(({ alone }) => !alone);
  const [alone, together] = await Promise.all([
    runEach(start, scenarios.filter(({ alone }) => alone)),
    runTogether(start, new Map(sharing.map((scenario, at) => [`s${at}-`, scenario]))),
  ]);
  return new Map([...alone, ...together]);
}
