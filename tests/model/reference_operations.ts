/**
 * Requests that go from priority to priority, told a second time: when each reference has its turn.
 */
import type { ProcessId } from "../../src/core/name.ts";
import type { Reference } from "./reference.ts";

export interface Member {
  readonly id: ProcessId;
  readonly reference: Reference;
  /** What it is now. */
  readonly priority: () => number;
  /** Whether its child has settings that a reload has replaced. */
  readonly isOutdated: () => boolean;
}

type Goal = "up" | "down";

interface Step {
  /** The priorities that hold when the step begins say in which order. */
  readonly tiers: () => readonly (readonly Member[])[];
  readonly goal: Goal;
  /** Whether it is still concerned when it has its turn. */
  readonly isFor: (member: Member) => boolean;
  /** What is asked of each when it has its turn. */
  readonly ask: (member: Member, now: number) => void;
}

interface Operation {
  /** Still to come, the step under way included. */
  readonly steps: Step[];
  /** Of the step under way; null = it has not begun. */
  tiers: readonly (readonly Member[])[] | null;
  /** The next tier comes when these have got where they were to get, or no longer can. */
  waiting: { readonly reference: Reference; readonly goal: Goal }[];
}

export class ReferenceOperations {
  readonly #running = new Set<Operation>();
  /** What was asked for last counts: an earlier operation leaves it alone. */
  readonly #claims = new WeakMap<Reference, Operation>();

  /** The turn of some has not come. */
  get isUnderWay(): boolean {
    return [...this.#running].some(({ steps }) => steps.length > 0);
  }

  start(members: readonly Member[], now: number): void {
    const ask = (member: Member, at: number) => {
      if (member.isOutdated()) this.#stopForStart(member, at);
      member.reference.start(at);
    };
    for (const { reference } of members) reference.want("up", now);
    this.#begin(members, [upwards(members, ask)], now);
  }

  stop(members: readonly Member[], now: number): void {
    for (const { reference } of members) reference.want("down", now);
    this.remove(members, now);
  }

  /** What the file no longer has; its wish is its own until its turn. */
  remove(members: readonly Member[], now: number): void {
    const ask = ({ reference }: Member, at: number) => reference.stop("down", at);
    this.#begin(members, [downwards(members, ask)], now);
  }

  /** For the end of the supervisor: the wishes are kept. */
  stopForNow(members: readonly Member[], now: number): void {
    const ask = ({ reference }: Member, at: number) => reference.stop(reference.wish, at);
    this.#begin(members, [downwards(members, ask)], now);
  }

  /** `among`: those that were named, whom it is refused included. */
  restart(members: readonly Member[], now: number, among: readonly Member[] = members): void {
    this.#restart(() => true, members, now, among);
  }

  /** For a reload: one that is not outdated any more by its turn is left alone, and waited for. */
  replace(members: readonly Member[], now: number): void {
    this.#restart((member) => member.isOutdated(), members, now, members);
  }

  #restart(
    isDue: (member: Member) => boolean,
    members: readonly Member[],
    now: number,
    among: readonly Member[],
  ): void {
    const stop = (member: Member, at: number) => this.#stopForStart(member, at);
    const start = (member: Member, at: number) => {
      if (isDue(member)) member.reference.start(at);
    };
    const both = (member: Member, at: number) => {
      stop(member, at);
      start(member, at);
    };
    for (const { reference } of members) reference.want("up", now);
    const isOneTier = new Set(among.map(({ priority }) => priority())).size <= 1;
    const steps = isOneTier
      ? [upwards(members, both)]
      : [{ ...downwards(members, stop), isFor: isDue }, upwards(members, start)];
    this.#begin(members, steps, now);
  }

  /** Who waits for it to be up learns that it is not to be, for now. */
  #stopForStart({ reference }: Member, now: number): void {
    reference.stop("up", now);
    this.#judge(now);
  }

  /** It is gone; another one of its name is not to be taken for it. */
  forget(reference: Reference): void {
    this.#claims.delete(reference);
  }

  /** They end with the supervisor that they belong to. */
  clear(): void {
    this.#running.clear();
  }

  /** Whose turn has come is asked; to be called when all that comes at once has begun. */
  advance(now: number): void {
    while (true) {
      this.#judge(now);
      const operation = [...this.#running].find(({ waiting }) => waiting.length === 0);
      if (operation === undefined) return;
      this.#next(operation, now);
    }
  }

  #begin(members: readonly Member[], steps: Step[], now: number): void {
    const operation: Operation = { steps, tiers: null, waiting: [] };
    for (const { reference } of members) this.#claims.set(reference, operation);
    this.#running.add(operation);
    this.#next(operation, now);
  }

  #next(operation: Operation, now: number): void {
    const [step] = operation.steps;
    if (step === undefined) return void this.#running.delete(operation);
    const [tier = [], ...tiers] = operation.tiers ?? step.tiers();
    operation.tiers = tiers.length === 0 ? null : tiers;
    if (tiers.length === 0) operation.steps.shift();
    const mine = tier.filter((member) =>
      this.#claims.get(member.reference) === operation && step.isFor(member)
    );
    for (const member of mine) {
      step.ask(member, now);
      operation.waiting.push({ reference: member.reference, goal: step.goal });
    }
  }

  #judge(now: number): void {
    for (const operation of this.#running) {
      operation.waiting = operation.waiting.filter(({ reference, goal }) =>
        reference.isOnItsWay(goal, now)
      );
    }
  }
}

function upwards(members: readonly Member[], ask: Step["ask"]): Step {
  return { tiers: () => tiersOf(members), goal: "up", isFor: () => true, ask };
}

function downwards(members: readonly Member[], ask: Step["ask"]): Step {
  return { tiers: () => tiersOf(members).reverse(), goal: "down", isFor: () => true, ask };
}

function tiersOf(members: readonly Member[]): Member[][] {
  const priorities = [...new Set(members.map(({ priority }) => priority()))];
  return priorities.toSorted((a, b) => a - b).map((wanted) =>
    members.filter(({ priority }) => priority() === wanted)
  );
}
