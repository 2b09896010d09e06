/**
 * What one supervisor has of the machine, until it is killed: from then on nothing that it does has
 * any effect, and it is told nothing. It can be killed between any two things that it does.
 */
import type { ChildIdentity, StoredProcess } from "../../src/core/stored.ts";
import type { Program } from "../../src/core/program.ts";
import type { Stray } from "../../src/core/stray.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type {
  Adopted,
  ChildHandle,
  LeaderExit,
  Spawner,
  SpawnFailure,
  SpawnRequest,
} from "../../src/ports/spawner.ts";
import type { StateStore } from "../../src/ports/state_store.ts";
import type { SupervisorPorts } from "../../src/supervisor/supervisor.ts";
import type { Machine, MachineChild } from "./engine_machine.ts";

const OWN_UID = 1000;
const DEAD: SpawnFailure = { stage: "command", message: "its supervisor is dead" };

export class EnginePorts implements SupervisorPorts {
  readonly clock: Clock;
  readonly spawner: Spawner;
  readonly store: StateStore;
  readonly #machine: Machine;
  #isAlive = true;
  #deedsLeft = Infinity;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.clock = this.#makeClock();
    this.spawner = this.#makeSpawner();
    this.store = this.#makeStore();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  kill(): void {
    this.#isAlive = false;
  }

  /** It lives for so many more of its deeds: starts, signals and lines in the state table. */
  killAfter(deeds: number): void {
    this.#deedsLeft = deeds;
  }

  /** False when it cannot do anything any more. */
  #acts(): boolean {
    if (this.#deedsLeft-- <= 0) this.#isAlive = false;
    return this.#isAlive;
  }

  #makeClock(): Clock {
    const { clock } = this.#machine;
    const whileAlive = (callback: () => void) => () => this.#isAlive ? callback() : undefined;
    return {
      now: () => clock.now(),
      date: (atMs) => clock.date(atMs),
      callAt: (atMs, callback) => clock.callAt(atMs, whileAlive(callback)),
      callSoon: (callback) => clock.callSoon(whileAlive(callback)),
    };
  }

  #makeStore(): StateStore {
    const { store } = this.#machine;
    return {
      saveProcess: (process: StoredProcess) => void (this.#acts() && store.saveProcess(process)),
      forgetProcess: (program, num) => void (this.#acts() && store.forgetProcess(program, num)),
      savePrograms: (programs: Iterable<Program>) =>
        void (this.#acts() && store.savePrograms(programs)),
      markClean: () => void (this.#acts() && store.markClean()),
    };
  }

  #makeSpawner(): Spawner {
    return {
      spawn: (request, onExit) => {
        if (!this.#acts()) return { failure: DEAD };
        const child = this.#machine.start(request, this);
        if (child === null) return { failure: { stage: "command", message: "no such file" } };
        this.#take(child, onExit);
        return { child: this.#handleOf(child) };
      },
      adopt: (request, identity, onExit) => this.#adopt(request, identity, onExit),
      resumeOutput: () => {},
      findStrays: () => this.#findStrays(),
      uidsOf: () => [OWN_UID],
      update: () => {},
      forget: () => {},
    };
  }

  #adopt(
    request: SpawnRequest,
    identity: ChildIdentity | null,
    onExit: (exit: LeaderExit) => void,
  ): Adopted | null {
    const { generation } = request;
    const id = `${request.program.name}:${request.num}`;
    const child = [...this.#machine.children].find((child) =>
      identity === null
        ? `${child.request.program.name}:${child.request.num}` === id &&
          child.request.generation === generation
        : child.pid === identity.pid
    );
    const none = identity === null
      ? null
      : { child: null, remains: { kind: "nothing", pid: identity.pid, startedAt: 0 } } as const;
    if (child === undefined) return none;
    const { pid, bornAt: startedAt, isLeaderAlive, isGroupAlive } = child;
    if (!isGroupAlive) {
      this.#machine.children.delete(child);
      return { child: null, remains: { kind: "nothing", pid, startedAt } };
    }
    this.#take(child, onExit);
    child.takenOverAt = this.#machine.now;
    const kind = isLeaderAlive ? "alive" : "group";
    return { child: this.#handleOf(child), remains: { kind, pid, startedAt } };
  }

  #findStrays(): Stray[] {
    return [...this.#machine.children].filter(({ isLeaderAlive }) => isLeaderAlive).map((
      child,
    ) => ({
      program: child.request.program.name,
      num: child.request.num,
      generation: child.request.generation,
      child: { pid: child.pid, startTicks: child.pid },
      uid: OWN_UID,
      hasItsOutput: false,
    }));
  }

  #take(child: MachineChild, onExit: (exit: LeaderExit) => void): void {
    child.owner = this;
    child.onGroupEnded = null;
    child.onExit = (exit, groupRemains) => onExit({ exit, groupRemains });
  }

  #handleOf(child: MachineChild): ChildHandle {
    const machine = this.#machine;
    return {
      identity: { pid: child.pid, startTicks: child.pid },
      signal: (signal, target) =>
        this.#acts() ? machine.signal(child, signal, target) : { kind: "gone" },
      watchGroup: (onEnded) => {
        if (this.#isAlive) machine.watchGroup(child, onEnded);
      },
      release: () => {
        if (this.#isAlive) machine.letGo(child);
      },
    };
  }
}
