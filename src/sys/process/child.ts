/** A child in hand: signals that reach only it, the end of its group. */
import type { ChildIdentity } from "../../core/stored.ts";
import { type SignalName, signalNumber } from "../../core/signal.ts";
import type { ChildHandle, LeaderExit, SignalOutcome } from "../../ports/spawner.ts";
import { watchExit } from "./exit_of_pidfd.ts";
import { closePidfd, type ProcessGroup, signalProcess, type Span } from "./pidfd.ts";
import { groupIsEmpty, signalMembers, watchGroupEnd } from "./process_group.ts";

export interface LinuxChildOptions {
  readonly identity: ChildIdentity;
  /** The child takes it over. null when only other members of the group are left. */
  readonly leaderPidfd: number | null;
  /** What belongs to it. */
  readonly span: Span;
  /** Called once. The leader was reaped by then if it is a child of ours. */
  readonly onExit: (exit: LeaderExit) => void;
  readonly onReleased: () => void;
}

export class LinuxChild implements ChildHandle {
  readonly identity: ChildIdentity;
  readonly #group: ProcessGroup;
  readonly #onReleased: () => void;
  #isReleased = false;
  #unwatch: () => void = () => {};

  constructor({ identity, leaderPidfd, span, onExit, onReleased }: LinuxChildOptions) {
    this.identity = identity;
    this.#group = { pgid: identity.pid, leaderPidfd, span };
    this.#onReleased = onReleased;
    if (leaderPidfd === null) return;
    this.#unwatch = watchExit(leaderPidfd, (exit) => {
      onExit({ exit, groupRemains: !groupIsEmpty(this.#group) });
    });
  }

  signal(signal: SignalName, target: "leader" | "group"): SignalOutcome {
    if (this.#isReleased) return { kind: "gone" };
    const number = signalNumber(signal);
    if (target === "group") return signalMembers(this.#group, number);
    const { leaderPidfd } = this.#group;
    return leaderPidfd === null ? { kind: "gone" } : signalProcess(leaderPidfd, number);
  }

  watchGroup(onEnded: () => void): void {
    this.#unwatch();
    this.#unwatch = watchGroupEnd(this.#group, onEnded);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#unwatch();
    if (this.#group.leaderPidfd !== null) closePidfd(this.#group.leaderPidfd);
    this.#onReleased();
  }
}
