/** An engine, the references of its processes, and the machine below both. */
import assert from "node:assert/strict";
import { type ProcessId, processId } from "../../src/core/name.ts";
import type { Program } from "../../src/core/program.ts";
import { hasChild, type Wish } from "../../src/core/state.ts";
import { boot } from "../../src/supervisor/boot.ts";
import { Journal } from "../../src/supervisor/journal.ts";
import { Lifecycle } from "../../src/supervisor/lifecycle.ts";
import { restart, start, stop } from "../../src/supervisor/operations.ts";
import type { Entry } from "../../src/supervisor/process_table.ts";
import { applyPlan, planFor } from "../../src/supervisor/reload.ts";
import { Supervisor } from "../../src/supervisor/supervisor.ts";
import { makeConfiguration, makeProgram } from "../support/make_program.ts";
import { Machine, type MachineChild } from "./engine_machine.ts";
import type { File, Move } from "./engine_moves.ts";
import { EnginePorts } from "./engine_ports.ts";
import { Reference } from "./reference.ts";

const BY = { via: "shell" } as const;
/** Longer than everything that a process can wait for. */
const VERY_LONG_MS = 1_000_000;

export class EngineWorld {
  readonly #machine = new Machine();
  /** No longer in the file, and not gone yet. */
  readonly #leaving = new Set<ProcessId>();
  #programs: ReadonlyMap<string, Program> = new Map();
  #ports = new EnginePorts(this.#machine);
  #supervisor!: Supervisor;

  static async begin(file: File): Promise<EngineWorld> {
    const world = new EngineWorld();
    world.#expectFile(file);
    await world.#boot(null);
    world.#check();
    return world;
  }

  async play(move: Move): Promise<void> {
    const wishes = this.#wishes();
    await this.#do(move);
    await this.#machine.clock.advance(0);
    if (!this.#ports.isAlive) await this.#recover(wishes);
    this.#check();
  }

  /** Nothing is refused any more, all that waits comes to its end, and all that can be up is up. */
  async calmDown(): Promise<void> {
    this.#machine.calmDown();
    this.#ports.killAfter(Infinity);
    await this.play({ kind: "wait", ms: VERY_LONG_MS });
    this.#endWhatWasRefused();
    await this.play({ kind: "wait", ms: VERY_LONG_MS });
    for (const entry of this.#supervisor.table.all()) {
      const { state, wish } = entry.process;
      const isCalm = wish === "up"
        ? ["RUNNING", "EXITED", "FATAL"].includes(state)
        : ["STOPPED", "EXITED", "FATAL"].includes(state);
      assert.ok(isCalm, `${entry.id} is to be ${wish} and remains ${state}`);
      assert.ok(!entry.isLeaving, `${entry.id} is not configured any more, and is still there`);
    }
  }

  async #do(move: Move): Promise<void> {
    const { clock, now } = this.#machine;
    const supervisor = this.#supervisor;
    switch (move.kind) {
      case "start":
      case "stop":
      case "restart":
        return this.#operate(move.kind, this.#entriesOf(move.programs));
      case "reload": {
        this.#expectFile(move.file);
        const configuration = makeConfiguration([...this.#programs.values()]);
        const plan = planFor(supervisor, configuration);
        return void applyPlan(supervisor, configuration, plan, BY);
      }
      case "signal":
        return this.#signal(move.program, move.signal);
      case "behave":
        return this.#machine.behave(move.program, move.behaviour);
      case "end":
      case "end group":
        for (const child of this.#childrenOf(move)) {
          if (move.kind === "end") this.#machine.end(child, move.exit, "leader");
          else if (!child.isLeaderAlive) {
            this.#machine.end(child, { kind: "unknown" }, "group");
          }
        }
        return;
      case "wait":
        return await clock.advance(move.ms);
      case "kill":
        this.#ports.kill();
        for (const each of move.meanwhile) await this.#do(each);
        return await this.#takeOver(now, move);
      case "kill later":
        return this.#ports.killAfter(move.deeds);
      case "shut down":
        return await this.#shutDown(now, move.file, move.deeds);
    }
  }

  /** SIGKILL is not sent a second time; somebody else ends it. */
  #endWhatWasRefused(): void {
    for (const { id, process } of this.#supervisor.table.all()) {
      const child = this.#childOf(id);
      if (child === undefined || process.state !== "STOPPING") continue;
      this.#machine.end(child, { kind: "signal", signal: "KILL" }, "group");
      this.#machine.end(child, { kind: "unknown" }, "group");
    }
  }

  #operate(kind: "start" | "stop" | "restart", entries: readonly Entry[]): void {
    const { references, now } = this.#machine;
    for (const { id, isLeaving } of entries) {
      const reference = references.get(id);
      if (reference === undefined) continue;
      if (isLeaving && kind !== "stop") continue; // refused
      if (kind === "restart") reference.stop("up", now);
      if (kind === "stop") reference.stop("down", now);
      else reference.start(now);
    }
    void { start, stop, restart }[kind](this.#supervisor, entries, BY);
  }

  #signal(program: string, signal: Parameters<Supervisor["signal"]>[1]): void {
    const machine = this.#machine;
    machine.isOperatorSignalling = true;
    for (const entry of this.#entriesOf([program])) this.#supervisor.signal(entry, signal, BY);
    machine.isOperatorSignalling = false;
  }

  /** What follows, for each process, from reading the file. */
  #expectFile(file: File): void {
    const old = this.#programs;
    this.#programs = programsOf(file);
    this.#expectPrograms(old);
  }

  #expectPrograms(old: ReadonlyMap<string, Program>): void {
    const { references, now } = this.#machine;
    for (const [id, reference] of references) {
      if (this.#isConfigured(id) || this.#leaving.has(id)) continue;
      this.#leaving.add(id);
      reference.stop("down", now);
    }
    for (const program of this.#programs.values()) {
      for (let num = 0; num < program.numprocs; num++) {
        const id = processId(program.name, num);
        const isKnown = references.has(id) && !this.#leaving.delete(id);
        const reference = references.get(id) ?? new Reference(program);
        if (!references.has(id) && this.#childOf(id)) reference.comesAfterAnother(now);
        references.set(id, reference);
        reference.follow(program, now);
        const isNewChildNeeded = isKnown && old.get(program.name)?.umask !== program.umask &&
          reference.wish === "up" && !reference.isAboutToStart(now);
        if (isNewChildNeeded) reference.stop("up", now);
        if (isNewChildNeeded || (!isKnown && program.autostart)) reference.start(now);
      }
    }
  }

  async #boot(deeds: number | null): Promise<void> {
    const { store, clock } = this.#machine;
    const ports = new EnginePorts(this.#machine);
    this.#machine.mayStart = (id) => this.#isConfigured(id);
    if (deeds !== null) ports.killAfter(deeds);
    const journal = new Journal(ports.clock);
    journal.subscribe((record) => {
      const isBug = record.kind === "note" && record.message.startsWith("internal error");
      if (isBug && ports.isAlive) this.#machine.violations.push(new Error(record.message));
    });
    const configuration = makeConfiguration([...this.#programs.values()]);
    this.#ports = ports;
    this.#supervisor = new Supervisor(configuration, ports, journal);
    const stored = store.load();
    const isThere = stored.programs.size > 0 || stored.processes.length > 0;
    void boot(this.#supervisor, configuration, isThere ? stored : null);
    await clock.advance(0);
  }

  /** The next supervisor, after one that was killed when nothing was going on. */
  async #takeOver(
    killedAt: number,
    { file, deeds }: Extract<Move, { kind: "kill" }>,
  ): Promise<void> {
    const machine = this.#machine;
    const { references, now } = machine;
    const before = this.#programs;
    this.#programs = file === null ? before : programsOf(file);
    const saved = new Map([...machine.store.load().programs, ...this.#programs]);
    for (const [id, reference] of references) {
      const program = saved.get(programOf(id));
      if (program !== undefined) reference.follow(program, killedAt);
      // What the file no longer has is not started again, if it has ended meanwhile.
      if (!this.#isConfigured(id)) reference.isNoLongerWanted(killedAt);
      reference.takenOver(killedAt, now);
    }
    machine.tellOfWhatEnded();
    this.#forgetWhatIsGone();
    this.#expectPrograms(before);
    await this.#boot(deeds);
  }

  async #shutDown(now: number, file: File | null, deeds: number | null): Promise<void> {
    const { references, clock } = this.#machine;
    this.#machine.calmDown(); // or it would never end
    for (const reference of references.values()) reference.stop(reference.wish, now);
    const ports = this.#ports;
    let hasEnded = false;
    void new Lifecycle(this.#supervisor).shutDown(BY).then(() => {
      ports.store.markClean();
      hasEnded = true;
    });
    for (let round = 0; round < 2; round++) {
      await clock.advance(VERY_LONG_MS);
      this.#endWhatWasRefused();
    }
    await clock.advance(0);
    if (!ports.isAlive) return;
    assert.ok(hasEnded, "the orderly end does not come to its end");
    ports.kill();
    assert.deepEqual([...this.#machine.children].map(({ id }) => id), [], "something is left");
    this.#beginAgain(file);
    await this.#boot(deeds);
  }

  #beginAgain(file: File | null): void {
    const { references, now } = this.#machine;
    for (const id of this.#leaving) references.delete(id);
    this.#leaving.clear();
    if (file !== null) this.#programs = programsOf(file);
    for (const id of references.keys()) if (!this.#isConfigured(id)) references.delete(id);
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
   * After a supervisor that was killed in the middle of something: what it had noted of the last
   * requests counts. Nothing else may be different, and the references learn what it is.
   */
  async #recover(wishesBefore: ReadonlyMap<ProcessId, Wish>): Promise<void> {
    const machine = this.#machine;
    const { references } = machine;
    const wishesAfter = this.#wishes();
    machine.isLearning = true;
    await this.#boot(null);
    machine.isLearning = false;
    for (const child of machine.children) child.isEndTold = !child.isLeaderAlive;
    const before = new Map(references);
    references.clear();
    this.#leaving.clear();
    for (const entry of this.#supervisor.table.all()) {
      const { id, process, isLeaving } = entry;
      const known = before.get(id);
      assert.ok(known !== undefined, `${id} has come back`);
      assert.ok(isLeaving || this.#isConfigured(id), `${id} is taken for configured`);
      const possible = [wishesBefore.get(id), wishesAfter.get(id), isLeaving ? "down" : null];
      assert.ok(possible.includes(process.wish), `${id}: the wish has become ${process.wish}`);
      const bornAt = this.#childOf(id)?.bornAt ?? 0;
      references.set(id, Reference.from(process, entry.program, bornAt));
      if (isLeaving) this.#leaving.add(id);
    }
  }

  #check(): void {
    const { violations, references, now } = this.#machine;
    if (violations.length > 0) throw violations[0];
    this.#forgetWhatIsGone();
    const entries = this.#supervisor.table.all();
    const names = [...references.keys()].toSorted();
    assert.deepEqual(entries.map(({ id }) => id).toSorted(), names, "which processes there are");
    const stored = this.#machine.store.load().processes;
    const noted = stored.map(({ program, num }) => processId(program, num)).toSorted();
    assert.deepEqual(noted, names, "which processes the state table has");
    for (const entry of entries) this.#checkEntry(entry, references.get(entry.id)!, now);
    const owners = new Set(entries.filter(({ child }) => child !== null).map(({ id }) => id));
    for (const { id } of this.#machine.children) assert.ok(owners.has(id), `${id} is a stranger`);
  }

  #forgetWhatIsGone(): void {
    const { references, now } = this.#machine;
    for (const id of this.#leaving) {
      if (references.get(id)?.isAtRest(now) !== true) continue;
      this.#leaving.delete(id);
      references.delete(id);
    }
  }

  #checkEntry({ id, process, isLeaving }: Entry, reference: Reference, now: number): void {
    const { state, wish, generation, failedStarts } = process;
    assert.equal(state, reference.state(now), `the state of ${id}`);
    assert.equal(wish, reference.wish, `the wish of ${id}`);
    assert.equal(generation, reference.starts, `the starts of ${id}`);
    assert.equal(failedStarts, reference.failures, `the failed starts of ${id}`);
    assert.equal(isLeaving, this.#leaving.has(id), `whether ${id} is leaving`);
    reference.checkNothingIsOverdue(now);
    const pid = hasChild(process) ? process.child.pid : undefined;
    assert.equal(pid, this.#childOf(id)?.pid, `the pid of ${id}, which is ${state}`);
  }

  #wishes(): Map<ProcessId, Wish> {
    return new Map([...this.#machine.references].map(([id, { wish }]) => [id, wish]));
  }

  #isConfigured(id: ProcessId): boolean {
    const [name = "", num] = id.split(":");
    return Number(num) < (this.#programs.get(name)?.numprocs ?? 0);
  }

  #entriesOf(programs: readonly string[]): Entry[] {
    return this.#supervisor.table.all().filter(({ program }) => programs.includes(program.name));
  }

  #childOf(id: ProcessId): MachineChild | undefined {
    return [...this.#machine.children].find((child) => child.id === id);
  }

  #childrenOf(move: { readonly program: string; readonly num?: number }): MachineChild[] {
    const { program, num } = move;
    return [...this.#machine.children].filter(({ request }) =>
      request.program.name === program && (num === undefined || request.num === num)
    );
  }
}

function programsOf(file: File): Map<string, Program> {
  return new Map(file.map(makeProgram).map((program) => [program.name, program]));
}

function programOf(id: ProcessId): string {
  return id.slice(0, id.indexOf(":"));
}
