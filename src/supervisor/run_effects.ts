/** What the state machine wants done, done through the ports. */
import { unreachable } from "../base/invariant.ts";
import type { Effect } from "../core/effect.ts";
import type { ProcessEvent } from "../core/event.ts";
import type { ProcessId } from "../core/name.ts";
import type { Actor, Happening } from "../core/record.ts";
import type { SignalName } from "../core/signal.ts";
import type { ChildIdentity, Remains } from "../core/stored.ts";
import type { Clock } from "../ports/clock.ts";
import type { LeaderExit, Spawner } from "../ports/spawner.ts";
import type { Journal } from "./journal.ts";
import { type Entry, nameOf, requestFor } from "./process_table.ts";

export interface EffectPorts {
  readonly clock: Clock;
  readonly spawner: Spawner;
}

export class EffectRunner {
  readonly #ports: EffectPorts;
  readonly #journal: Journal;
  readonly #send: (id: ProcessId, event: ProcessEvent) => void;

  /** `send` takes what happens to a process later. */
  constructor(
    ports: EffectPorts,
    journal: Journal,
    send: (id: ProcessId, event: ProcessEvent) => void,
  ) {
    this.#ports = ports;
    this.#journal = journal;
    this.#send = send;
  }

  /** Its outcome, if it has one at once, is the next event of the same process. */
  run(entry: Entry, effect: Effect): ProcessEvent | null {
    switch (effect.kind) {
      case "spawn":
        return this.#spawn(entry, effect.generation, effect.by);
      case "signal":
        return this.#deliver(entry, effect.signal, effect.target);
      case "watch_group":
        this.#watchGroup(entry);
        return null;
      case "release":
        entry.child?.release();
        entry.child = null;
        entry.startedAt = null;
        return null;
      case "record":
        this.record(entry, effect.happening);
        return null;
      default:
        return unreachable(effect);
    }
  }

  /** What is left of the child of an earlier run, taken into the entry. */
  adopt(entry: Entry, child: ChildIdentity | null): Remains | null {
    const onExit = this.#onExit(entry, entry.process.generation);
    const adopted = this.#ports.spawner.adopt(requestFor(entry), child, onExit);
    entry.child = adopted?.child ?? null;
    if (adopted?.remains.kind === "alive") {
      entry.startedAt = this.#ports.clock.date(adopted.remains.startedAt);
    }
    return adopted?.remains ?? null;
  }

  record(entry: Entry, happening: Happening): void {
    const { program, num } = entry.process;
    this.#journal.append(happening, { process: nameOf(entry), program, num });
  }

  #onExit({ id }: Entry, generation: number): (exit: LeaderExit) => void {
    return ({ exit, groupRemains }) =>
      this.#send(id, { kind: "exited", generation, exit, groupRemains });
  }

  #spawn(entry: Entry, generation: number, by: Actor): ProcessEvent {
    const outcome = this.#ports.spawner.spawn(requestFor(entry), this.#onExit(entry, generation));
    if ("failure" in outcome) {
      return { kind: "spawn_failed", generation, reason: outcome.failure.message };
    }
    entry.child = outcome.child;
    entry.startedAt = this.#ports.clock.date();
    return { kind: "spawned", generation, pid: outcome.child.identity.pid, by };
  }

  #deliver(entry: Entry, signal: SignalName, target: "leader" | "group"): ProcessEvent | null {
    const outcome = entry.child?.signal(signal, target);
    if (outcome?.kind !== "refused") return null; // if it is gone, its end is on the way
    const { generation } = entry.process;
    return { kind: "signal_refused", generation, signal, reason: outcome.reason };
  }

  #watchGroup(entry: Entry): void {
    const { generation } = entry.process;
    entry.child?.watchGroup(() => this.#send(entry.id, { kind: "group_ended", generation }));
  }
}
