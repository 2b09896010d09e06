/** What can happen to a process. */
import type { ExitStatus } from "./exit_status.ts";
import type { Actor } from "./record.ts";
import type { SignalName } from "./signal.ts";
import type { Wish } from "./state.ts";

export type ProcessEvent =
  /** It shall be up: asked by the operator, by autostart or by a reload. */
  | { readonly kind: "start"; readonly by: Actor }
  /** It shall go down; `wish` is what is wanted afterwards ("up" when it is the half of a restart). */
  | { readonly kind: "stop"; readonly by: Actor; readonly wish: Wish }
  | {
    readonly kind: "spawned";
    readonly generation: number;
    readonly pid: number;
    readonly by: Actor;
  }
  | { readonly kind: "spawn_failed"; readonly generation: number; readonly reason: string }
  /** The leader ended. */
  | {
    readonly kind: "exited";
    readonly generation: number;
    readonly exit: ExitStatus;
    readonly groupRemains: boolean;
  }
  /** After `exited` with `groupRemains`: the last live member of the group is gone. */
  | { readonly kind: "group_ended"; readonly generation: number }
  /** The operating system would not deliver the stop signal or SIGKILL. */
  | {
    readonly kind: "signal_refused";
    readonly generation: number;
    readonly signal: SignalName;
    readonly reason: string;
  }
  /** The process's deadline has passed. */
  | { readonly kind: "deadline" };

export type EventKind = ProcessEvent["kind"];
export type EventOf<K extends EventKind> = Extract<ProcessEvent, { readonly kind: K }>;
