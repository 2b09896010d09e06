/**
 * The machine below supervisors that die and are followed by others: its children, its disk and its
 * clock. It tells the references of the processes what becomes of their children.
 */
import assert from "node:assert/strict";
import type { ExitStatus } from "../../src/core/exit_status.ts";
import { type ProcessId, processId } from "../../src/core/name.ts";
import type { SignalName } from "../../src/core/signal.ts";
import type { SignalOutcome, SpawnRequest } from "../../src/ports/spawner.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { FakeStore } from "../support/fake_store.ts";
import type { EnginePorts } from "./engine_ports.ts";
import type { Reference } from "./reference.ts";
import { ReferenceOperations } from "./reference_operations.ts";

/** How the children of a program behave. */
export interface Behaviour {
  readonly cannotStart: boolean;
  /** Only SIGKILL ends it. */
  readonly isDeaf: boolean;
  /** Others of its group outlive the leader, until a signal to the group ends them. */
  readonly leavesGroup: boolean;
  /** Its signals are refused. */
  readonly isUntouchable: boolean;
}

export const ORDINARY: Behaviour = {
  cannotStart: false,
  isDeaf: false,
  leavesGroup: false,
  isUntouchable: false,
};

export class MachineChild {
  readonly pid: number;
  readonly request: SpawnRequest;
  readonly bornAt: number;
  isLeaderAlive = true;
  isGroupAlive = true;
  /** A supervisor knows that the leader has ended. */
  isEndTold = false;
  takenOverAt: number | null = null;
  /** The supervisor that is told of it; null = none that lives. */
  owner: EnginePorts | null = null;
  onExit: ((exit: ExitStatus, groupRemains: boolean) => void) | null = null;
  onGroupEnded: (() => void) | null = null;

  constructor(pid: number, request: SpawnRequest, bornAt: number) {
    this.pid = pid;
    this.request = request;
    this.bornAt = bornAt;
  }

  get id(): ProcessId {
    return processId(this.request.program.name, this.request.num);
  }

  get isOwned(): boolean {
    return this.owner?.isAlive ?? false;
  }
}

export class Machine {
  readonly clock = new FakeClock();
  readonly store = new FakeStore();
  /** Those that nobody has let go of. */
  readonly children = new Set<MachineChild>();
  readonly references = new Map<ProcessId, Reference>();
  readonly operations = new ReferenceOperations();
  /** Engines note what is thrown into them as bugs of theirs, so it is kept for later. */
  readonly violations: unknown[] = [];
  readonly #behaviours = new Map<string, Behaviour>();
  /** The signals of this moment are an operator's. */
  isOperatorSignalling = false;
  /** Whether a process is one of those that the file has. */
  mayStart: (id: ProcessId) => boolean = () => true;
  /** Whether it is not to be started again by its rules. */
  isCalledOff: (id: ProcessId) => boolean = () => false;
  /** The references do not know where they are, and are told nothing. */
  isLearning = false;
  #lastPid = 1000;

  get now(): number {
    return this.clock.now();
  }

  behave(program: string, behaviour: Behaviour): void {
    this.#behaviours.set(program, behaviour);
  }

  calmDown(): void {
    this.#behaviours.clear();
  }

  start(request: SpawnRequest, owner: EnginePorts): MachineChild | null {
    const id = processId(request.program.name, request.num);
    const isThere = !this.#behaviourOf(request).cannotStart;
    this.#verify(() => assert.ok(this.mayStart(id), `${id} is started, and is not in the file`));
    this.tell(id, (reference) => reference.started(isThere, this.now));
    const others = [...this.children].filter((child) => child.id === id);
    this.#verify(() => assert.equal(others.length, 0, `two live copies of ${id}`));
    if (!isThere) return null;
    const child = new MachineChild(++this.#lastPid, request, this.now);
    child.owner = owner;
    this.children.add(child);
    return child;
  }

  signal(child: MachineChild, signal: SignalName, target: "leader" | "group"): SignalOutcome {
    // What is left of one that is forgotten may be asked once more.
    const isStray = child.takenOverAt === this.now && !this.references.has(child.id);
    if (!this.isOperatorSignalling && !isStray) {
      this.#tell(child.id, (reference) => reference.signalled(signal, target, this.now));
    }
    if (!(target === "leader" ? child.isLeaderAlive : child.isGroupAlive)) return { kind: "gone" };
    const { isUntouchable, isDeaf } = this.#behaviourOf(child.request);
    if (isUntouchable) {
      if (!this.isOperatorSignalling && !isStray) {
        this.#tell(child.id, (reference) => reference.refused(signal, this.now));
      }
      return { kind: "refused", reason: "operation not permitted (EPERM)" };
    }
    if (isDeaf && signal !== "KILL") return { kind: "sent" };
    this.clock.callSoon(() => this.end(child, { kind: "signal", signal }, target));
    return { kind: "sent" };
  }

  /** The leader ends; with "group" all the others do, too. */
  end(child: MachineChild, exit: ExitStatus, target: "leader" | "group"): void {
    if (child.isLeaderAlive) {
      const groupRemains = target === "leader" && this.#behaviourOf(child.request).leavesGroup;
      child.isLeaderAlive = false;
      child.isGroupAlive = groupRemains;
      if (!child.isOwned) return;
      child.isEndTold = true;
      this.tell(child.id, (reference) => reference.ended(exit, groupRemains, this.now));
      child.onExit?.(exit, groupRemains);
    } else if (child.isGroupAlive && target === "group") {
      child.isGroupAlive = false;
      this.#tellOfGroup(child);
    }
  }

  watchGroup(child: MachineChild, onEnded: () => void): void {
    child.onGroupEnded = onEnded;
    if (!child.isGroupAlive) this.clock.callSoon(() => this.#tellOfGroup(child));
  }

  letGo(child: MachineChild): void {
    this.#verify(() => assert.ok(!child.isLeaderAlive, `the living ${child.id} is let go`));
    this.children.delete(child);
    this.#advanceSoon();
  }

  /** What a supervisor that takes over finds out about the time without one. */
  tellOfWhatEnded(): void {
    for (const child of this.children) {
      const { isLeaderAlive, isGroupAlive, isEndTold, id } = child;
      if (isLeaderAlive) continue;
      child.isEndTold = true;
      if (!isEndTold) {
        this.tell(id, (reference) => reference.ended({ kind: "unknown" }, isGroupAlive, this.now));
      } else if (!isGroupAlive && this.references.get(id)?.isHeld) {
        this.tell(id, (reference) => reference.groupEnded(this.now));
      }
    }
  }

  /** To one that is there; something else would be a violation, too. */
  tell(id: ProcessId, what: (reference: Reference) => void): void {
    this.#tell(id, what);
    this.#advanceSoon();
  }

  #tell(id: ProcessId, what: (reference: Reference) => void): void {
    if (this.isLearning) return;
    this.#verify(() => {
      const reference = this.references.get(id);
      assert.ok(reference !== undefined, `${id} is not to be there`);
      try {
        what(reference);
        if (this.isCalledOff(id)) reference.callOff(this.now);
      } catch (cause) {
        throw new Error(`${id}: ${cause instanceof Error ? cause.message : cause}`, { cause });
      }
    });
  }

  /** What is due at this moment anyhow comes before what is asked for because of what is told. */
  #advanceSoon(): void {
    if (this.isLearning) return;
    queueMicrotask(() => this.#verify(() => this.operations.advance(this.now)));
  }

  #tellOfGroup(child: MachineChild): void {
    const onEnded = child.onGroupEnded;
    child.onGroupEnded = null;
    if (onEnded === null || !child.isOwned) return;
    this.tell(child.id, (reference) => reference.groupEnded(this.now));
    onEnded();
  }

  #behaviourOf({ program }: SpawnRequest): Behaviour {
    return this.#behaviours.get(program.name) ?? ORDINARY;
  }

  #verify(what: () => void): void {
    try {
      what();
    } catch (error) {
      this.violations.push(error);
    }
  }
}
