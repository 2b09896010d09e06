/** Starting children and acting on them. */
import type { ExitStatus } from "../core/exit_status.ts";
import type { Program } from "../core/program.ts";
import type { Stray } from "../core/stray.ts";
import type { ChildIdentity, Remains } from "../core/stored.ts";
import type { SignalName } from "../core/signal.ts";

/** Where a start failed: the call that a person has to look at. */
export type SpawnStage = "command" | "workingdir" | "stdout" | "stderr" | "user" | "tty" | "exec";

export interface SpawnFailure {
  readonly stage: SpawnStage;
  /** A whole sentence's worth: `no such file: "/usr/bin/nope"`. */
  readonly message: string;
}

export type OutputStream = "stdout" | "stderr";

export interface SpawnRequest {
  readonly program: Program;
  readonly num: number;
  /** As shown: "web:0". */
  readonly processName: string;
  /** Tells the children of one process apart. */
  readonly generation: number;
}

export type SignalOutcome =
  | { readonly kind: "sent" }
  /** Nothing of the target is left. */
  | { readonly kind: "gone" }
  | { readonly kind: "refused"; readonly reason: string };

/** A child that was started; the leader of its own process group and session. */
export interface ChildHandle {
  readonly identity: ChildIdentity;
  /** Never reaches a process that merely has the pid of one that is gone. */
  signal(signal: SignalName, target: "leader" | "group"): SignalOutcome;
  /** Calls `onEnded` once, when no live member of the group is left. */
  watchGroup(onEnded: () => void): void;
  /** Gives up what the handle holds. No callback comes after it. */
  release(): void;
}

/** The end of a leader. */
export interface LeaderExit {
  readonly exit: ExitStatus;
  /** Live members of its group are left. */
  readonly groupRemains: boolean;
}

export interface Spawner {
  /**
   * Starts a child, synchronously: when it returns the child exists, or it is known why not.
   * `onExit` is called once, later, when the leader has ended.
   */
  spawn(
    request: SpawnRequest,
    onExit: (exit: LeaderExit) => void,
  ): { readonly child: ChildHandle } | { readonly failure: SpawnFailure };

  /**
   * Takes back what is left of the child of an earlier supervisor; with `identity` null, of one
   * that was perhaps started for `request` and not noted any more. null: there never was one.
   * `onExit` is called once, later, when a leader that is alive now has ended. Throws an Error when
   * that cannot be told now, because descriptors have run out, say.
   */
  adopt(
    request: SpawnRequest,
    identity: ChildIdentity | null,
    onExit: (exit: LeaderExit) => void,
  ): Adopted | null;

  /**
   * Goes on with the output of an earlier child, of which nothing is left: what was left to live
   * on when it ended may write still, and would wait for ever for somebody to take it.
   */
  resumeOutput(request: SpawnRequest): void;

  /**
   * What says that it is a child of an earlier supervisor with this state directory and runs now,
   * noted or not. Whether it is to be believed is for the caller to tell.
   */
  findStrays(): readonly Stray[];

  /** Whom a child with this `user` may run as: that one, or we, before it has become that one. */
  uidsOf(user: string | null): readonly number[];

  /** Settings have changed that concern a running child: how its output is kept. */
  update(request: SpawnRequest): void;

  /** The process is gone for good, and with it what was kept for its next child. */
  forget(request: SpawnRequest): void;
}

export interface Adopted {
  /** null when nothing is left. */
  readonly child: ChildHandle | null;
  readonly remains: Remains;
}
