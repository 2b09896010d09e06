/**
 * The engine: holds the processes, feeds events to the state machine one at a time, and does what
 * it answers through the ports. Knows nothing of who asks.
 */
import type { Configuration } from "../core/configuration.ts";
import type { ProcessEvent } from "../core/event.ts";
import { type ProcessId, processId } from "../core/name.ts";
import type { Program } from "../core/program.ts";
import type { Stray } from "../core/stray.ts";
import type { Actor, Happening } from "../core/record.ts";
import type { SignalName } from "../core/signal.ts";
import { deadlineOf, hasChild, type Process } from "../core/state.ts";
import { type Decided, restoreProcess, type StoredProcess, storeProcess } from "../core/stored.ts";
import { transition } from "../core/transition.ts";
import type { Clock } from "../ports/clock.ts";
import type { SignalOutcome, Spawner } from "../ports/spawner.ts";
import type { StateStore } from "../ports/state_store.ts";
import { Deadlines } from "./deadlines.ts";
import { type Goal, Goals, type Verdict } from "./goals.ts";
import type { Journal } from "./journal.ts";
import { Mailbox } from "./mailbox.ts";
import { type Claim, type Entry, ProcessTable, requestFor } from "./process_table.ts";
import { EffectRunner } from "./run_effects.ts";

export interface SupervisorPorts {
  readonly clock: Clock;
  readonly spawner: Spawner;
  readonly store: StateStore;
}

/** An event, or the wish to be told of a state once all earlier events have been handled. */
type Letter =
  | {
    readonly kind: "event";
    readonly id: ProcessId;
    readonly event: ProcessEvent;
    /** When it was posted. */
    readonly at: number;
    /** Only as long as the process is not configured. */
    readonly isRemoval?: boolean;
    /** A start only as long as no later operation has taken the process over. */
    readonly claim?: Claim;
  }
  | {
    readonly kind: "wait";
    readonly entry: Entry;
    readonly goal: Goal;
    readonly resolve: (verdict: Verdict) => void;
  };

const ADOPTION: Actor = { via: "supervisor", detail: "adoption" };
const REMOVAL: Actor = { via: "supervisor", detail: "reload" };

export class Supervisor {
  readonly table = new ProcessTable();
  readonly journal: Journal;
  readonly startedAtMs: number;
  readonly #onConfigured = new Set<(configuration: Configuration) => void>();
  #configuration: Configuration;
  readonly #clock: Clock;
  readonly #spawner: Spawner;
  readonly #store: StateStore;
  readonly #mailbox: Mailbox<Letter>;
  readonly #deadlines: Deadlines<ProcessId>;
  readonly #goals = new Goals<ProcessId>();
  readonly #effects: EffectRunner;
  #shutdownBy: Actor | null = null;

  /** Has no processes yet: see `restore` and `addMissing`. */
  constructor(configuration: Configuration, ports: SupervisorPorts, journal: Journal) {
    this.#configuration = configuration;
    this.journal = journal;
    this.#clock = ports.clock;
    this.#spawner = ports.spawner;
    this.#store = ports.store;
    this.#mailbox = new Mailbox(ports.clock, (letter) => this.#handle(letter));
    this.#deadlines = new Deadlines(ports.clock, (id) => this.send(id, { kind: "deadline" }));
    this.#effects = new EffectRunner(ports, journal, (id, event) => this.send(id, event));
    this.startedAtMs = ports.clock.now();
  }

  /** Creates the processes of the configuration that are not there yet; starts none. */
  addMissing(): void {
    for (const program of this.configuration.programs.values()) {
      for (let num = 0; num < program.numprocs; num++) {
        if (this.table.get(processId(program.name, num)) === undefined) this.add(program, num);
      }
    }
  }

  /** Creates a process, or takes one back that is on its way out; does not start it. */
  add(program: Program, num: number): Entry {
    const entry = this.table.get(processId(program.name, num)) ?? this.table.add(program, num);
    entry.isLeaving = false;
    entry.isAsked = false;
    // Its first value, in the table before the first start: a crash in between must not lose it.
    entry.process = { ...entry.process, wish: program.autostart ? "up" : "down" };
    this.#save(entry);
    return entry;
  }

  /**
   * What a request or a reload wants of it, whose turn may come much later; a supervisor after a
   * crash goes on with it.
   */
  decide(entry: Entry, { wish, ...decided }: Partial<Decided & Pick<Process, "wish">>): void {
    Object.assign(entry, decided);
    if (wish !== undefined && wish !== entry.process.wish) {
      entry.isAsked = true;
      entry.process = { ...entry.process, wish };
    }
    this.#save(entry);
    this.#awaitDeadline(entry);
  }

  get configuration(): Configuration {
    return this.#configuration;
  }

  /** Replaces the settings; processes that are no longer configured keep the ones they have. */
  configure(next: Configuration): void {
    this.#configuration = next;
    for (const entry of this.table.all()) {
      const program = next.programs.get(entry.program.name);
      if (program === undefined || entry.process.num >= program.numprocs) continue;
      entry.program = program;
      this.#spawner.update(requestFor(entry));
    }
    for (const listener of this.#onConfigured) listener(next);
  }

  /** What a supervisor after a crash takes as the settings that the processes were started with. */
  saveSettings(programs: ReadonlyMap<string, Program>): void {
    this.#store.savePrograms(programs.values());
  }

  /** What an earlier run has noted of a process, with what is decided about it now. */
  saveStored(stored: StoredProcess): void {
    this.#store.saveProcess(stored);
  }

  /** What an earlier run has noted of a process that is no longer configured. */
  forgetStored(program: string, num: number): void {
    this.#store.forgetProcess(program, num);
  }

  findStrays(): readonly Stray[] {
    return this.#spawner.findStrays();
  }

  /** Whom children with this `user` may run as. */
  uidsOf(user: string | null): readonly number[] {
    return this.#spawner.uidsOf(user);
  }

  /** Calls `listener` after every `configure`. */
  onConfigured(listener: (configuration: Configuration) => void): void {
    this.#onConfigured.add(listener);
  }

  now(): number {
    return this.#clock.now();
  }

  /** For work that has to end some time: calls `callback` after `delayMs` unless called off. */
  callAfter(delayMs: number, callback: () => void): () => void {
    return this.#clock.callAt(this.#clock.now() + delayMs, callback);
  }

  /**
   * Events of one process are handled in the order sent. Unknown ids are ignored, and so is a start
   * whose claim has been lost by then.
   */
  send(id: ProcessId, event: ProcessEvent, claim?: Claim): void {
    const at = this.#clock.now();
    this.#mailbox.post({ kind: "event", id, event, at, ...(claim && { claim }) });
  }

  /** Stops what is no longer configured, unless it has been taken back when its turn comes. */
  remove({ id }: Entry, by: Actor): void {
    const event = { kind: "stop", by, wish: "down" } as const;
    this.#mailbox.post({ kind: "event", id, event, at: this.#clock.now(), isRemoval: true });
  }

  /** Resolves when the process, after all that was sent so far, has reached the goal or cannot. */
  wait(entry: Entry, goal: Goal): Promise<Verdict> {
    return new Promise((resolve) => this.#mailbox.post({ kind: "wait", entry, goal, resolve }));
  }

  /** Sends an operator's signal to the leader; null when there is none to send it to. */
  signal(entry: Entry, signal: SignalName, by: Actor): SignalOutcome | null {
    if (entry.child === null || !hasChild(entry.process)) return null;
    const outcome = entry.child.signal(signal, "leader");
    if (outcome.kind === "sent") this.#effects.record(entry, { kind: "signalled", signal, by });
    return outcome;
  }

  get isShuttingDown(): boolean {
    return this.#shutdownBy !== null;
  }

  /** From now on nothing is started any more, whatever was asked for or is due. */
  beginShutdown(by: Actor): void {
    this.#shutdownBy = by;
    for (const entry of this.table.all()) {
      const { id, process } = entry;
      // It may be halfway through a restart, and gone before its turn.
      if (process.state === "STOPPING") this.send(id, { kind: "stop", by, wish: process.wish });
      else this.#awaitDeadline(entry);
    }
  }

  /** Stops everything at once, with SIGKILL. */
  killEverything(by: Actor): void {
    for (const { id, process, child } of this.table.all()) {
      this.send(id, { kind: "stop", by, wish: process.wish });
      child?.signal("KILL", "group");
    }
  }

  #handle(letter: Letter): void {
    if (letter.kind === "wait") {
      const { entry, goal, resolve } = letter;
      return this.#goals.wait(entry.id, entry.process, goal, resolve);
    }
    const { id, event, at, isRemoval = false, claim } = letter;
    const entry = this.table.get(id);
    if (entry === undefined || (isRemoval && !entry.isLeaving)) return;
    const isLate = claim !== undefined && claim !== entry.claim;
    if (isLate && event.kind === "start") return;
    // A stop that was followed by a start means a new child; the wish is the later one's.
    const due = isLate && event.kind === "stop" ? { ...event, wish: entry.process.wish } : event;
    try {
      // An end that waited here while many others were started was none after starttime.
      this.#step(entry, due, event.kind === "exited" ? at : this.#clock.now());
    } catch (error) {
      // A bug must not end the supervision of everything else.
      const message = error instanceof Error ? error.message : String(error);
      this.#effects.record(entry, { kind: "note", message: `internal error: ${message}` });
    }
    this.#awaitDeadline(entry);
    this.#goals.update(id, entry.process);
    if (entry.isLeaving) this.#forgetIfGone(entry);
  }

  /** A timer of no length still costs a turn of the event loop: what is due is handled at once. */
  #awaitDeadline(entry: Entry): void {
    const { id, process } = entry;
    const deadline = deadlineOf(process);
    const by = this.#whoKeepsDown(entry);
    if (by !== null && deadline !== null && !hasChild(process)) {
      // It waits to be started again, which is not to happen any more.
      return this.send(id, { kind: "stop", by, wish: process.wish });
    }
    const isDue = deadline !== null && deadline <= this.#clock.now();
    this.#deadlines.set(id, isDue ? null : deadline);
    if (isDue) this.send(id, { kind: "deadline" });
  }

  /** null = it may be started again. */
  #whoKeepsDown({ process, isLeaving, claim }: Entry): Actor | null {
    if (this.#shutdownBy !== null) return this.#shutdownBy;
    if (isLeaving) return REMOVAL;
    return process.wish === "up" ? null : claim?.by ?? ADOPTION;
  }

  /** `at`: when it happened. */
  #step(entry: Entry, event: ProcessEvent, at: number): void {
    const events = [event];
    let now = at;
    for (let next = events.shift(); next !== undefined; next = events.shift()) {
      const step = transition(entry.process, entry.program, next, now);
      this.#replace(entry, step.process);
      for (const effect of step.effects) {
        const outcome = this.#effects.run(entry, effect);
        if (outcome !== null) events.push(outcome);
      }
      now = this.#clock.now();
    }
  }

  /** What is told of a process is in the state table before it is told. */
  #replace(entry: Entry, process: Process): void {
    if (process === entry.process) return;
    if (process.generation !== entry.process.generation) {
      entry.isOutdated = false;
      entry.awaitsNewChild = false;
    }
    if (process.wish !== entry.process.wish) entry.isAsked = true;
    entry.process = process;
    this.#save(entry);
  }

  #save(entry: Entry): void {
    const identity = entry.child?.identity ?? null;
    this.#store.saveProcess(storeProcess(entry.process, identity, entry));
  }

  /**
   * Takes back a process of an earlier run, with what is left of its child. To be called before
   * anything is started, and only for processes the table does not have.
   */
  restore(program: Program, stored: StoredProcess): void {
    const entry = this.table.add(program, stored.num);
    const { generation } = stored;
    entry.process = { ...entry.process, generation, wish: stored.wish };
    entry.isLeaving = stored.isLeaving ?? false;
    entry.isOutdated = stored.isOutdated ?? false;
    entry.awaitsNewChild = stored.awaitsNewChild ?? false;
    entry.isAsked = stored.isAsked ?? false;
    const mayHaveChild = stored.child !== null || stored.state === "STARTING";
    const remains = mayHaveChild ? this.#effects.adopt(entry, stored.child) : null;
    if (remains === null) this.#spawner.resumeOutput(requestFor(entry));
    const now = this.#clock.now();
    const restored = restoreProcess(stored, program, remains, now);
    // What it is for a moment, before the events, is not what another crash should go on from.
    if (restored.events.length === 0) this.#replace(entry, restored.process);
    else entry.process = restored.process;
    if (remains?.kind === "alive") {
      const { pid, startedAt } = remains;
      this.#effects.record(entry, { kind: "adopted", pid, uptimeMs: Math.round(now - startedAt) });
    }
    for (const event of restored.events) this.send(entry.id, event);
    this.#awaitDeadline(entry);
  }

  #forgetIfGone(entry: Entry): void {
    if (hasChild(entry.process) || deadlineOf(entry.process) !== null) return;
    this.table.remove(entry.id);
    // An operation under way is not to take the next one of this name for it.
    entry.claim = null;
    this.journal.forget(entry.id);
    this.#store.forgetProcess(entry.process.program, entry.process.num);
    this.#spawner.forget(requestFor(entry));
  }

  /** For what the ports have to say of a process. Ignored when there is no such process any more. */
  recordOf(id: ProcessId, happening: Happening): void {
    const entry = this.table.get(id);
    if (entry !== undefined) this.#effects.record(entry, happening);
  }
}
