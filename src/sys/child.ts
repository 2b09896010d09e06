/** A child in hand: signals that reach only it, the end of its group. */
import type { ChildIdentity } from "../core/stored.ts";
import { type SignalName, signalNumber } from "../core/signal.ts";
import type { ChildHandle, LeaderExit, SignalOutcome } from "../ports/spawner.ts";
import { watchExit } from "./exit_of_pidfd.ts";
import { closePidfd, type ProcessGroup, signalGroup, signalProcess } from "./pidfd.ts";
import { groupIsEmpty, watchGroupEnd } from "./process_group.ts";

export class LinuxChild implements ChildHandle {
  readonly identity: ChildIdentity;
  readonly #group: ProcessGroup;
  #isReleased = false;
  #unwatch: () => void = () => {};

  /**
   * Takes over `leaderPidfd`, which is null when only other members of the group are left. Reaps the
   * leader if it is a child of ours, and calls `onExit` once.
   */
  constructor(
    identity: ChildIdentity,
    leaderPidfd: number | null,
    onExit: (exit: LeaderExit) => void,
  ) {
    this.identity = identity;
    this.#group = { pgid: identity.pid, leaderPidfd };
    if (leaderPidfd === null) return;
    this.#unwatch = watchExit(leaderPidfd, (exit) => {
      onExit({ exit, groupRemains: !groupIsEmpty(this.#group) });
    });
  }

  signal(signal: SignalName, target: "leader" | "group"): SignalOutcome {
    if (this.#isReleased) return { kind: "gone" };
    const number = signalNumber(signal);
    if (target === "group") return signalGroup(this.#group, number);
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
  }
}
