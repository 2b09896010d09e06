/** Children without an operating system: a test decides what becomes of each. */
import type { ExitStatus } from "../../src/core/exit_status.ts";
import type { Stray } from "../../src/core/stray.ts";
import type { ChildIdentity } from "../../src/core/stored.ts";
import type { SignalName } from "../../src/core/signal.ts";
import type {
  Adopted,
  ChildHandle,
  LeaderExit,
  SignalOutcome,
  Spawner,
  SpawnFailure,
  SpawnRequest,
} from "../../src/ports/spawner.ts";

export interface SentSignal {
  readonly signal: SignalName;
  readonly target: "leader" | "group";
}

const OWN_UID = 1000;

/** How a program of a given name behaves; what is left out is done by the test. */
export interface Behaviour {
  readonly failure?: SpawnFailure;
  /** Signals that end it at once; the default is all. */
  readonly dieOf?: readonly SignalName[];
  /** The operating system will not deliver these. */
  readonly refuse?: readonly SignalName[];
  /** Members of its group that outlive the leader until they are killed or `endGroup` is called. */
  readonly leavesGroup?: boolean;
  /** What happens elsewhere while it is being started. */
  readonly meanwhile?: () => void;
}

export class FakeChild implements ChildHandle {
  readonly identity: ChildIdentity;
  readonly request: SpawnRequest;
  readonly signals: SentSignal[] = [];
  isAlive = true;
  isGroupAlive = true;
  isReleased = false;
  readonly #behaviour: Behaviour;
  #onExit: (exit: LeaderExit) => void;
  #onGroupEnded: (() => void) | null = null;

  constructor(
    pid: number,
    request: SpawnRequest,
    behaviour: Behaviour,
    onExit: (exit: LeaderExit) => void,
  ) {
    this.identity = { pid, startTicks: pid };
    this.request = request;
    this.#behaviour = behaviour;
    this.#onExit = onExit;
  }

  signal(signal: SignalName, target: "leader" | "group"): SignalOutcome {
    const isThere = target === "group" ? this.isGroupAlive : this.isAlive;
    if (!isThere || this.isReleased) return { kind: "gone" };
    if (this.#behaviour.refuse?.includes(signal)) {
      return { kind: "refused", reason: "operation not permitted (EPERM)" };
    }
    this.signals.push({ signal, target });
    const isDeadly = signal === "KILL" || (this.#behaviour.dieOf?.includes(signal) ?? true);
    if (isDeadly) queueMicrotask(() => this.#die(signal, target));
    return { kind: "sent" };
  }

  /** Another supervisor is told of its end from now on. */
  takeOver(onExit: (exit: LeaderExit) => void): void {
    this.#onExit = onExit;
    this.isReleased = false;
  }

  /** The leader ends by itself. */
  exit(exit: ExitStatus): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    const groupRemains = this.#behaviour.leavesGroup ?? false;
    this.isGroupAlive = groupRemains;
    if (!this.isReleased) this.#onExit({ exit, groupRemains });
  }

  endGroup(): void {
    this.isGroupAlive = false;
    const onEnded = this.#onGroupEnded;
    this.#onGroupEnded = null;
    if (!this.isReleased) onEnded?.();
  }

  watchGroup(onEnded: () => void): void {
    this.#onGroupEnded = onEnded;
    if (!this.isGroupAlive) queueMicrotask(() => this.endGroup());
  }

  release(): void {
    this.isReleased = true;
  }

  #die(signal: SignalName, target: "leader" | "group"): void {
    this.exit({ kind: "signal", signal });
    if (target === "group") this.endGroup();
  }
}

export class FakeSpawner implements Spawner {
  /** By program; may be changed between starts. */
  readonly behaviours = new Map<string, Behaviour>();
  /** What stands in the way of taking back anything, as a shortage of descriptors does. */
  adoptionError: Error | null = null;
  /** Every child ever started, in order. */
  readonly children: FakeChild[] = [];
  #lastPid = 1000;

  spawn(
    request: SpawnRequest,
    onExit: (exit: LeaderExit) => void,
  ): { readonly child: ChildHandle } | { readonly failure: SpawnFailure } {
    const behaviour = this.behaviours.get(request.program.name) ?? {};
    behaviour.meanwhile?.();
    if (behaviour.failure !== undefined) return { failure: behaviour.failure };
    const child = new FakeChild(++this.#lastPid, request, behaviour, onExit);
    this.children.push(child);
    return { child };
  }

  adopt(
    request: SpawnRequest,
    identity: ChildIdentity | null,
    onExit: (exit: LeaderExit) => void,
  ): Adopted | null {
    if (this.adoptionError !== null) throw this.adoptionError;
    const child = this.children.findLast((child) =>
      identity === null
        ? child.request.processName === request.processName &&
          child.request.generation === request.generation
        : child.identity.pid === identity.pid
    );
    if (child === undefined) return null;
    const { pid } = child.identity;
    if (!child.isAlive && !child.isGroupAlive) {
      return { child: null, remains: { kind: "nothing", pid, startedAt: 0 } };
    }
    child.takeOver(onExit);
    return { child, remains: { kind: child.isAlive ? "alive" : "group", pid, startedAt: 0 } };
  }

  resumeOutput(): void {}

  findStrays(): readonly Stray[] {
    return this.children.filter(({ isAlive }) => isAlive).map(({ request, identity }) => ({
      program: request.program.name,
      num: request.num,
      generation: request.generation,
      child: identity,
      uid: OWN_UID,
      hasItsOutput: false,
    }));
  }

  uidsOf(): readonly number[] {
    return [OWN_UID];
  }

  update(): void {}

  forget(): void {}

  /** The newest child of a process; throws when it never had one. */
  childOf(processName: string): FakeChild {
    const child = this.children.findLast(({ request }) => request.processName === processName);
    if (child === undefined) throw new Error(`${processName} was never started`);
    return child;
  }

  /** Children whose leader or group is alive. */
  living(): FakeChild[] {
    return this.children.filter((child) => child.isAlive || child.isGroupAlive);
  }
}
