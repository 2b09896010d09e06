/**
 * Scenarios that share a supervisor change its configuration at the same moment: who has come to its
 * reload waits for the others.
 */
import type { Ran } from "../support/taskmaster_run.ts";
import type { Program } from "./scenario.ts";
import type { Side } from "./side.ts";

export type NamedPrograms = readonly (readonly [string, Program])[];

export class JointReload {
  readonly #side: Side;
  /** By scenario: what its programs are now. */
  readonly #programs: Map<string, NamedPrograms>;
  readonly #awaited: Set<string>;
  #hasCome = false;
  readonly #done = Promise.withResolvers<Ran>();

  /** `awaited`: those of the scenarios that have a reload among their steps, one each. */
  constructor(
    side: Side,
    programs: ReadonlyMap<string, NamedPrograms>,
    awaited: Iterable<string>,
  ) {
    this.#side = side;
    this.#programs = new Map(programs);
    this.#awaited = new Set(awaited);
  }

  /** Resolves when all have come and the supervisor has answered. */
  async come(scenario: string, programs: NamedPrograms): Promise<Ran> {
    this.#programs.set(scenario, programs);
    this.#hasCome = true;
    this.giveUp(scenario);
    return await this.#done.promise;
  }

  /** For one that may have failed before it came here. */
  giveUp(scenario: string): void {
    if (!this.#awaited.delete(scenario) || this.#awaited.size > 0 || !this.#hasCome) return;
    const programs = Object.fromEntries([...this.#programs.values()].flat());
    this.#side.reload(programs).then(this.#done.resolve, this.#done.reject);
  }
}
