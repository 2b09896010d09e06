/** What the machine wants done; the supervisor does it, in order. */
import type { Actor, Happening } from "./record.ts";
import type { SignalName } from "./signal.ts";

export type Effect =
  /** Start a child. Its outcome comes back as `spawned` or `spawn_failed` of this generation. */
  | { readonly kind: "spawn"; readonly generation: number; readonly by: Actor }
  /** A refusal comes back as `signal_refused`. */
  | {
    readonly kind: "signal";
    readonly signal: SignalName;
    readonly target: "leader" | "group";
  }
  /** Report `group_ended` when nothing is left of the child's process group. */
  | { readonly kind: "watch_group" }
  /** The child and all that belongs to it are done with. */
  | { readonly kind: "release" }
  | { readonly kind: "record"; readonly happening: Happening };
