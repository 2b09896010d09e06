/** An engine, the references of its processes, and the machine below both. */
import assert from "node:assert/strict";
import { type ProcessId, processId } from "../../src/core/name.ts";
import { hasChild, type Wish } from "../../src/core/state.ts";
import { boot } from "../../src/supervisor/boot.ts";
import { Journal } from "../../src/supervisor/journal.ts";
import { Lifecycle } from "../../src/supervisor/lifecycle.ts";
import { restart, start, stop } from "../../src/supervisor/operations.ts";
import type { Entry } from "../../src/supervisor/process_table.ts";
import { applyPlan, planFor } from "../../src/supervisor/reload.ts";
import { Supervisor } from "../../src/supervisor/supervisor.ts";
import { makeConfiguration } from "../support/make_program.ts";
import { Expectations } from "./engine_expectations.ts";
import { Machine, type MachineChild } from "./engine_machine.ts";
import type { File, Move } from "./engine_moves.ts";
import { EnginePorts } from "./engine_ports.ts";
import type { Reference } from "./reference.ts";

const BY = { via: "shell" } as const;
/** Longer than everything that a process can wait for. */
const VERY_LONG_MS = 1_000_000;

export class EngineWorld {
  readonly #machine = new Machine();
  readonly #expected = new Expectations(this.#machine);
  #ports = new EnginePorts(this.#machine);
  #supervisor!: Supervisor;

  static async begin(file: File): Promise<EngineWorld> {
    const world = new EngineWorld();
    world.#expected.reload(file);
    await world.#boot(null);
    world.#check();
    return world;
  }

  async play(move: Move): Promise<void> {
    const wishes = this.#expected.wishes();
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
    const { clock, operations, now } = this.#machine;
    switch (move.kind) {
      case "start":
      case "stop":
      case "restart":
        return this.#operate(move.kind, this.#entriesOf(move.programs));
      case "reload":
        return this.#reload(move.file);
      case "change":
        return this.#reload([...this.#expected.programs.values()].map((program) => {
          if (!move.programs.includes(program.name)) return program;
          return { ...program, umask: program.umask === null ? 0o22 : null };
        }));
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
      case "kill": {
        this.#ports.kill();
        operations.advance(now);
        const isUnderWay = operations.isUnderWay;
        for (const each of move.meanwhile) await this.#do(each);
        if (!isUnderWay) return await this.#takeOver(now, move);
        if (move.file !== null) this.#expected.reload(move.file);
        return;
      }
      case "kill later":
        return this.#ports.killAfter(move.deeds);
      case "shut down":
        return await this.#shutDown(now, move.file, move.deeds);
    }
  }

  #reload(file: File): void {
    this.#expected.reload(file);
    const configuration = makeConfiguration([...this.#expected.programs.values()]);
    const plan = planFor(this.#supervisor, configuration);
    void applyPlan(this.#supervisor, configuration, plan, BY);
  }

  #operate(kind: "start" | "stop" | "restart", entries: readonly Entry[]): void {
    const { operations, now } = this.#machine;
    const members = this.#expected.members(entries.map(({ id }) => id));
    const staying = members.filter(({ id }) => !this.#expected.isLeaving(id)); // others: refused
    if (kind === "stop") operations.stop(members, now);
    else if (kind === "start") operations.start(staying, now);
    else operations.restart(staying, now, members);
    operations.advance(now);
    void { start, stop, restart }[kind](this.#supervisor, entries, BY);
  }

  #signal(program: string, signal: Parameters<Supervisor["signal"]>[1]): void {
    const machine = this.#machine;
    machine.isOperatorSignalling = true;
    for (const entry of this.#entriesOf([program])) this.#supervisor.signal(entry, signal, BY);
    machine.isOperatorSignalling = false;
  }

  /** What is resolved with its promise: that everything is up or has failed. */
  async #boot(deeds: number | null): Promise<{ hasCome: boolean }> {
    const { store, clock } = this.#machine;
    const ports = new EnginePorts(this.#machine);
    this.#machine.mayStart = (id) => this.#expected.isConfigured(id);
    this.#machine.isCalledOff = (id) => this.#expected.isLeaving(id);
    if (deeds !== null) ports.killAfter(deeds);
    const journal = new Journal(ports.clock);
    journal.subscribe((record) => {
      const isBug = record.kind === "note" && record.message.startsWith("internal error");
      if (isBug && ports.isAlive) this.#machine.violations.push(new Error(record.message));
      const { program, num } = record;
      if (record.kind !== "running" || program === undefined || num === undefined) return;
      this.#machine.tell(processId(program, num), (reference) => {
        reference.running(this.#machine.now);
      });
    });
    const configuration = makeConfiguration([...this.#expected.programs.values()]);
    this.#ports = ports;
    this.#supervisor = new Supervisor(configuration, ports, journal);
    const stored = store.load();
    const isThere = stored.programs.size > 0 || stored.processes.length > 0;
    const end = { hasCome: false };
    void boot(this.#supervisor, configuration, isThere ? stored : null).then(() => {
      end.hasCome = true;
    });
    await clock.advance(0);
    return end;
  }

  /** The next supervisor, after one that was killed when nothing was going on. */
  async #takeOver(
    killedAt: number,
    { file, deeds }: Extract<Move, { kind: "kill" }>,
  ): Promise<void> {
    this.#expected.takeOver(killedAt, file);
    await this.#boot(deeds);
  }

  async #shutDown(now: number, file: File | null, deeds: number | null): Promise<void> {
    const { references, operations, clock } = this.#machine;
    this.#machine.calmDown(); // or it would never end
    this.#machine.isCalledOff = () => true;
    for (const reference of references.values()) {
      if (!reference.isUp(now)) reference.stop(reference.wish, now);
    }
    operations.stopForNow(this.#expected.members(references.keys()), now);
    operations.advance(now);
    const ports = this.#ports;
    let hasEnded = false;
    void new Lifecycle(this.#supervisor).shutDown(BY).then(() => {
      hasEnded = true;
    });
    await clock.advance(VERY_LONG_MS);
    if (!ports.isAlive) return;
    assert.ok(hasEnded, "the orderly end does not come to its end");
    // Last of all, as when everything else is closed before.
    ports.store.markClean();
    if (!ports.isAlive) return;
    ports.kill();
    assert.deepEqual([...this.#machine.children].map(({ id }) => id), [], "something is left");
    this.#expected.beginAgain(file);
    await this.#boot(deeds);
  }

  /**
   * After a supervisor that was killed in the middle of something: what it had noted of the last
   * requests counts. Nothing else may be different, and the references learn what it is.
   */
  async #recover(wishesBefore: ReadonlyMap<ProcessId, Wish>): Promise<void> {
    const machine = this.#machine;
    machine.isLearning = true;
    const end = await this.#boot(null);
    const entries = this.#supervisor.table.all();
    const priorities = new Set(entries.map(({ program }) => program.priority));
    // Whose turn has not come cannot be learned.
    if (priorities.size > 1 && !end.hasCome) {
      machine.calmDown();
      await machine.clock.advance(VERY_LONG_MS);
      assert.ok(end.hasCome, "what was under way does not come to its end");
    }
    machine.isLearning = false;
    for (const child of machine.children) child.isEndTold = !child.isLeaderAlive;
    const bornAt = (id: ProcessId) => this.#childOf(id)?.bornAt ?? 0;
    this.#expected.learn(this.#supervisor.table.all(), bornAt, wishesBefore);
  }

  #check(): void {
    const { violations, references, now } = this.#machine;
    if (violations.length > 0) throw violations[0];
    this.#machine.operations.advance(now);
    this.#expected.forgetWhatIsGone();
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

  #checkEntry({ id, process, isLeaving }: Entry, reference: Reference, now: number): void {
    const { state, wish, generation, failedStarts } = process;
    assert.equal(state, reference.state(now), `the state of ${id}`);
    assert.equal(wish, reference.wish, `the wish of ${id}`);
    assert.equal(generation, reference.starts, `the starts of ${id}`);
    assert.equal(failedStarts, reference.failures, `the failed starts of ${id}`);
    assert.equal(isLeaving, this.#expected.isLeaving(id), `whether ${id} is leaving`);
    reference.checkNothingIsOverdue(now);
    const pid = hasChild(process) ? process.child.pid : undefined;
    assert.equal(pid, this.#childOf(id)?.pid, `the pid of ${id}, which is ${state}`);
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
