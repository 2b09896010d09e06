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

export class Expectations {
  readonly #machine: Machine;
  /** No longer in the file, and not gone yet. */
  readonly #leaving = new Set<ProcessId>();
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

  #expectPrograms(old: ReadonlyMap<string, Program>): void {
    const { references, now } = this.#machine;
    for (const [id, reference] of references) {
      if (this.isConfigured(id) || this.#leaving.has(id)) continue;
      this.#leaving.add(id);
      reference.stop("down", now);
    }
    for (const program of this.#programs.values()) {
      for (let num = 0; num < program.numprocs; num++) {
        const id = processId(program.name, num);
        const isKnown = references.has(id) && !this.#leaving.delete(id);
        const reference = references.get(id) ?? new Reference(program);
        if (!references.has(id) && this.#isHeld(id)) reference.comesAfterAnother(now);
        references.set(id, reference);
        reference.follow(program, now);
        const isNewChildNeeded = isKnown && old.get(program.name)?.umask !== program.umask &&
          reference.wish === "up" && !reference.isAboutToStart(now);
        if (isNewChildNeeded) reference.stop("up", now);
        if (isNewChildNeeded || (!isKnown && program.autostart)) reference.start(now);
      }
    }
  }

  /** The next supervisor, after one that was killed when nothing was going on. */
  takeOver(killedAt: number, file: File | null): void {
    const machine = this.#machine;
    const { references, now } = machine;
    const before = this.#programs;
    this.#programs = file === null ? before : programsOf(file);
    const saved = new Map([...machine.store.load().programs, ...this.#programs]);
    for (const [id, reference] of references) {
      const program = saved.get(programOf(id));
      if (program !== undefined) reference.follow(program, killedAt);
      // What the file no longer has is not started again, if it has ended meanwhile.
      if (!this.isConfigured(id)) reference.isNoLongerWanted(killedAt);
      reference.takenOver(killedAt, now);
    }
    machine.tellOfWhatEnded();
    this.forgetWhatIsGone();
    this.#expectPrograms(before);
  }

  /** Everything was stopped in order, and the next supervisor reads the file; null = the same. */
  beginAgain(file: File | null): void {
    const { references, now } = this.#machine;
    for (const id of this.#leaving) references.delete(id);
    this.#leaving.clear();
    if (file !== null) this.#programs = programsOf(file);
    for (const id of references.keys()) if (!this.isConfigured(id)) references.delete(id);
    for (const program of this.#programs.values()) {
      for (let num = 0; num < program.numprocs; num++) {
        const id = processId(program.name, num);
        const reference = references.get(id) ?? new Reference(program);
        references.set(id, reference);
        reference.follow(program, now);
        reference.beginAgain(program.autostart, now);
      }
    }
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
    references.clear();
    this.#leaving.clear();
    for (const { id, process, program, isLeaving } of entries) {
      const known = before.get(id);
      assert.ok(known !== undefined, `${id} has come back`);
      assert.ok(isLeaving || this.isConfigured(id), `${id} is taken for configured`);
      const possible = [wishesBefore.get(id), known.wish, isLeaving ? "down" : null];
      assert.ok(possible.includes(process.wish), `${id}: the wish has become ${process.wish}`);
      references.set(id, Reference.from(process, program, bornAt(id)));
      if (isLeaving) this.#leaving.add(id);
    }
    for (const id of before.keys()) {
      assert.ok(references.has(id) || !this.isConfigured(id), `${id} is forgotten`);
    }
  }

  forgetWhatIsGone(): void {
    const { references, now } = this.#machine;
    for (const id of this.#leaving) {
      if (references.get(id)?.isAtRest(now) !== true) continue;
      this.#leaving.delete(id);
      references.delete(id);
    }
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
