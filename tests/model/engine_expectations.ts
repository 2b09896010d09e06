/** What follows for the processes from files, and from the ends of supervisors. */
import assert from "node:assert/strict";
import { type ProcessId, processId } from "../../src/core/name.ts";
import type { Program } from "../../src/core/program.ts";
import type { Wish } from "../../src/core/state.ts";
import type { Entry } from "../../src/supervisor/process_table.ts";
import { makeProgram } from "../support/make_program.ts";
import type { Machine } from "./engine_machine.ts";
import type { File } from "./engine_moves.ts";
import { Reference } from "./reference.ts";
import type { Member } from "./reference_operations.ts";

export class Expectations {
  readonly #machine: Machine;
  /** No longer in the file, and not gone yet, with the settings that they had. */
  readonly #leaving = new Map<ProcessId, Program>();
  /** Whose child has settings that were replaced, with the number of starts by then. */
  readonly #outdated = new Map<Reference, number>();
  #programs: ReadonlyMap<string, Program> = new Map();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get programs(): ReadonlyMap<string, Program> {
    return this.#programs;
  }

  /** What follows, for each process, from reading the file. */
  reload(file: File): void {
    const old = this.#programs;
    this.#programs = programsOf(file);
    this.#expectPrograms(old);
  }

  /** `left`: the settings that what is to go keeps. */
  #expectPrograms(old: ReadonlyMap<string, Program>, left = old): void {
    const { references, operations, now } = this.#machine;
    operations.advance(now);
    for (const id of references.keys()) {
      const program = left.get(programOf(id));
      if (this.isConfigured(id) || this.#leaving.has(id) || program === undefined) continue;
      this.#leaving.set(id, program);
    }
    const wanted: ProcessId[] = [];
    const unwanted: ProcessId[] = [];
    for (const program of this.#programs.values()) {
      for (let num = 0; num < program.numprocs; num++) {
        const id = processId(program.name, num);
        const isKnown = this.#follow(id, program, old);
        if (!isKnown) (program.autostart ? wanted : unwanted).push(id);
      }
    }
    for (const id of this.#leaving.keys()) {
      const reference = references.get(id)!;
      if (!reference.isUp(now)) reference.stop("down", now);
    }
    const outdated = [...references.keys()].filter((id) => this.#isToBeReplaced(id));
    operations.remove(this.members(this.#leaving.keys()), now);
    operations.stop(this.members(unwanted), now);
    operations.replace(this.members(outdated), now);
    operations.start(this.members(wanted.filter((id) => !outdated.includes(id))), now);
    operations.advance(now);
  }

  /** False when it comes with the file, or comes back. */
  #follow(id: ProcessId, program: Program, old: ReadonlyMap<string, Program>): boolean {
    const { references, now } = this.#machine;
    const left = this.#leaving.get(id);
    this.#leaving.delete(id);
    const isThere = references.has(id);
    const isKnown = isThere && left === undefined;
    const reference = references.get(id) ?? new Reference(program);
    if (!isThere && this.#isHeld(id)) reference.comesAfterAnother(now);
    references.set(id, reference);
    reference.follow(program, now);
    if (!isKnown) reference.isConfiguredAnew(program.autostart);
    const before = left ?? old.get(program.name);
    const isChanged = isThere && before?.umask !== program.umask;
    if (isChanged && (!isKnown || reference.wish === "up")) {
      this.#outdated.set(reference, reference.starts);
    }
    return isKnown;
  }

  #isToBeReplaced(id: ProcessId): boolean {
    const { references, now } = this.#machine;
    const reference = references.get(id)!;
    return this.#isOutdated(reference) && this.isConfigured(id) && reference.wish === "up" &&
      !reference.isAboutToStart(now);
  }

  #isOutdated(reference: Reference): boolean {
    return this.#outdated.get(reference) === reference.starts;
  }

  /** The next supervisor, after one that was killed when nothing was going on. */
  takeOver(killedAt: number, file: File | null): void {
    const machine = this.#machine;
    const { references, now } = machine;
    machine.operations.clear();
    const before = this.#programs;
    this.#programs = file === null ? before : programsOf(file);
    const stored = machine.store.load().programs;
    const saved = new Map([...stored, ...this.#programs]);
    for (const [id, reference] of references) {
      const program = saved.get(programOf(id));
      if (program !== undefined) reference.follow(program, killedAt);
      // What the file no longer has is not started again, if it has ended meanwhile.
      if (!this.isConfigured(id)) reference.isNoLongerWanted(killedAt);
      reference.takenOver(killedAt, now);
    }
    for (const id of this.#leaving.keys()) {
      // What comes back is compared with what its child has, as far as that is known.
      const program = (this.isConfigured(id) ? stored : saved).get(programOf(id));
      if (program !== undefined) this.#leaving.set(id, program);
    }
    machine.tellOfWhatEnded();
    this.forgetWhatIsGone();
    this.#expectPrograms(before, saved);
  }

  /** Everything was stopped in order, and the next supervisor reads the file; null = the same. */
  beginAgain(file: File | null): void {
    const { references, operations, now } = this.#machine;
    operations.clear();
    for (const id of this.#leaving.keys()) references.delete(id);
    this.#leaving.clear();
    this.#outdated.clear();
    if (file !== null) this.#programs = programsOf(file);
    for (const id of references.keys()) if (!this.isConfigured(id)) references.delete(id);
    for (const program of this.#programs.values()) {
      for (let num = 0; num < program.numprocs; num++) {
        const id = processId(program.name, num);
        const reference = references.get(id) ?? new Reference(program);
        references.set(id, reference);
        reference.follow(program, now);
        reference.beginAgain(program.autostart);
      }
    }
    const wanted = [...references].filter(([, { wish }]) => wish === "up").map(([id]) => id);
    operations.start(this.members(wanted), now);
    operations.advance(now);
  }

  /**
   * After a supervisor that was killed in the middle of something the next one is believed, but for
   * the wishes, which have to be those of before or those that were asked for last.
   */
  learn(
    entries: readonly Entry[],
    bornAt: (id: ProcessId) => number,
    wishesBefore: ReadonlyMap<ProcessId, Wish>,
  ): void {
    const { references } = this.#machine;
    const before = new Map(references);
    this.#machine.operations.clear();
    references.clear();
    this.#leaving.clear();
    this.#outdated.clear();
    for (const entry of entries) {
      const { id, process, program, isLeaving, isOutdated } = entry;
      const known = before.get(id);
      assert.ok(known !== undefined, `${id} has come back`);
      assert.ok(isLeaving || this.isConfigured(id), `${id} is taken for configured`);
      const possible = [wishesBefore.get(id), known.wish, isLeaving ? "down" : null];
      assert.ok(possible.includes(process.wish), `${id}: the wish has become ${process.wish}`);
      const reference = Reference.from(entry, bornAt(id));
      references.set(id, reference);
      if (isLeaving) this.#leaving.set(id, program);
      if (isOutdated) this.#outdated.set(reference, process.generation);
    }
    for (const id of before.keys()) {
      assert.ok(references.has(id) || !this.isConfigured(id), `${id} is forgotten`);
    }
  }

  forgetWhatIsGone(): void {
    const { references, operations, now } = this.#machine;
    for (const id of this.#leaving.keys()) {
      const reference = references.get(id);
      if (reference?.isAtRest(now) !== true) continue;
      operations.forget(reference);
      this.#outdated.delete(reference);
      this.#leaving.delete(id);
      references.delete(id);
    }
  }

  members(ids: Iterable<ProcessId>): Member[] {
    return [...ids].flatMap((id) => {
      const reference = this.#machine.references.get(id);
      if (reference === undefined) return [];
      const isOutdated = () => this.#isOutdated(reference);
      return { id, reference, priority: () => this.#priorityOf(id), isOutdated };
    });
  }

  /** Of one that is gone any will do. */
  #priorityOf(id: ProcessId): number {
    const program = this.#leaving.get(id) ?? this.#programs.get(programOf(id));
    return program?.priority ?? 0;
  }

  wishes(): Map<ProcessId, Wish> {
    return new Map([...this.#machine.references].map(([id, { wish }]) => [id, wish]));
  }

  isConfigured(id: ProcessId): boolean {
    const [name = "", num] = id.split(":");
    return Number(num) < (this.#programs.get(name)?.numprocs ?? 0);
  }

  isLeaving(id: ProcessId): boolean {
    return this.#leaving.has(id);
  }

  #isHeld(id: ProcessId): boolean {
    return [...this.#machine.children].some((child) => child.id === id);
  }
}

function programsOf(file: File): Map<string, Program> {
  return new Map(file.map(makeProgram).map((program) => [program.name, program]));
}

function programOf(id: ProcessId): string {
  return id.slice(0, id.indexOf(":"));
}
