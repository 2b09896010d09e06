/** The state machine beside the reference: whatever happens, both say the same. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Effect } from "../../src/core/effect.ts";
import type { ProcessEvent } from "../../src/core/event.ts";
import type { ExitStatus } from "../../src/core/exit_status.ts";
import { deadlineOf, newProcess, type Process } from "../../src/core/state.ts";
import { transition } from "../../src/core/transition.ts";
import { makeProgram } from "../support/make_program.ts";
import { check } from "./check.ts";
import { Reference, type Rules } from "./reference.ts";
import { rules, someTime } from "./rules.ts";

const RUNS = 20_000;
const BY = { via: "shell" } as const;

type Move =
  | { readonly kind: "start" | "stop" | "half a restart" | "late event" }
  /** From now on children can be started, or cannot; signals are delivered, or are not. */
  | { readonly kind: "toggle spawning" | "toggle signals" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "leader ends"; readonly exit: ExitStatus; readonly groupRemains: boolean }
  | { readonly kind: "group ends" }
  | { readonly kind: "settings"; readonly rules: Rules };

const exit = fc.oneof(
  fc.integer({ min: 0, max: 2 }).map((code): ExitStatus => ({ kind: "code", code })),
  fc.constantFrom<ExitStatus>({ kind: "signal", signal: "SEGV" }, { kind: "unknown" }),
);

const move: fc.Arbitrary<Move> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant("start" as const) }), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: someTime }), weight: 4 },
  {
    arbitrary: fc.record({
      kind: fc.constant("leader ends" as const),
      exit,
      groupRemains: fc.boolean(),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ kind: fc.constant("group ends" as const) }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("stop" as const) }), weight: 2 },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "half a restart" as const,
        "late event" as const,
        "toggle spawning" as const,
        "toggle signals" as const,
      ),
    }),
    weight: 3,
  },
  { arbitrary: fc.record({ kind: fc.constant("settings" as const), rules }), weight: 1 },
);

/** A process, its reference, and the operating system below both. */
class World {
  #process: Process = newProcess("web", 0);
  #rules: Rules;
  #now = 0;
  #leader = false;
  #group = false;
  #canSpawn = true;
  #refusesSignals = false;
  readonly #reference: Reference;

  constructor(rules: Rules) {
    this.#rules = rules;
    this.#reference = new Reference(rules);
  }

  play(move: Move): void {
    this.#do(move);
    this.#check();
  }

  /** Nothing can be started any more, everything can end and does, and all the time there is passes. */
  calmDown(): void {
    this.#refusesSignals = false;
    this.#canSpawn = false;
    for (let round = 0; round < 10; round++) {
      this.play({ kind: "leader ends", exit: { kind: "code", code: 1 }, groupRemains: true });
      this.play({ kind: "group ends" });
      this.play({ kind: "wait", ms: 60_000 });
    }
    assert.ok(this.#reference.isAtRest(this.#now));
    assert.equal(deadlineOf(this.#process), null, `${this.#process.state} does not rest`);
  }

  #do(move: Move): void {
    switch (move.kind) {
      case "start":
        this.#reference.start(this.#now);
        return this.#send({ kind: "start", by: BY });
      case "stop":
      case "half a restart": {
        const wish = move.kind === "stop" ? "down" : "up";
        this.#reference.stop(wish, this.#now);
        return this.#send({ kind: "stop", by: BY, wish });
      }
      case "late event":
        return this.#tellOfEarlierChild();
      case "toggle spawning":
        this.#canSpawn = !this.#canSpawn;
        return;
      case "toggle signals":
        this.#refusesSignals = !this.#refusesSignals;
        return;
      case "wait":
        return this.#wait(move.ms);
      case "leader ends":
        return this.#endLeader(move.exit, move.groupRemains);
      case "group ends":
        return this.#endGroup();
      case "settings":
        this.#rules = move.rules;
        return this.#reference.follow(move.rules, this.#now);
    }
  }

  /** As the engine does: what is due is handled at once. */
  #send(event: ProcessEvent): void {
    this.#step(event);
    this.#handleWhatIsDue();
  }

  #handleWhatIsDue(): void {
    for (let at = deadlineOf(this.#process); at !== null && at <= this.#now;) {
      this.#step({ kind: "deadline" });
      at = deadlineOf(this.#process);
    }
  }

  #step(event: ProcessEvent): void {
    const step = transition(this.#process, makeProgram(this.#rules), event, this.#now);
    this.#process = step.process;
    for (const effect of step.effects) this.#run(effect);
  }

  #run(effect: Effect): void {
    switch (effect.kind) {
      case "spawn":
        return this.#spawn(effect.generation);
      case "signal": {
        const { signal, target } = effect;
        this.#reference.signalled(signal, target, this.#now);
        if (!this.#refusesSignals) return;
        this.#reference.refused(signal, this.#now);
        const { generation } = this.#process;
        return this.#step({ kind: "signal_refused", generation, signal, reason: "EPERM" });
      }
      case "release":
        assert.ok(!this.#leader, "a living leader is let go");
        assert.ok(!this.#group || !this.#rules.killasgroup, "a living group is let go");
        this.#group = false; // what is left is no longer ours
        return;
      case "watch_group":
      case "record":
        return;
    }
  }

  #spawn(generation: number): void {
    assert.ok(!this.#group, "two live copies");
    this.#reference.started(this.#canSpawn, this.#now);
    if (!this.#canSpawn) {
      return this.#step({ kind: "spawn_failed", generation, reason: "no such file" });
    }
    this.#leader = this.#group = true;
    this.#step({ kind: "spawned", generation, pid: generation, by: BY });
  }

  #wait(ms: number): void {
    const until = this.#now + ms;
    for (let at = deadlineOf(this.#process); at !== null && at <= until;) {
      this.#now = Math.max(this.#now, at);
      this.#handleWhatIsDue();
      at = deadlineOf(this.#process);
    }
    this.#now = until;
  }

  #endLeader(exit: ExitStatus, groupRemains: boolean): void {
    if (!this.#leader) return;
    const { generation } = this.#process;
    this.#leader = false;
    this.#group = groupRemains;
    this.#reference.ended(exit, groupRemains, this.#now);
    this.#send({ kind: "exited", generation, exit, groupRemains });
  }

  #endGroup(): void {
    if (this.#leader || !this.#group) return;
    const { generation } = this.#process;
    this.#group = false;
    this.#reference.groupEnded(this.#now);
    this.#send({ kind: "group_ended", generation });
  }

  /** What is told late of a child that is gone must not touch the present one. */
  #tellOfEarlierChild(): void {
    const generation = this.#process.generation - 1;
    const exit = { kind: "code", code: 1 } as const;
    this.#send({ kind: "exited", generation, exit, groupRemains: false });
    this.#send({ kind: "group_ended", generation });
  }

  #check(): void {
    const { state, wish, generation, failedStarts } = this.#process;
    const reference = this.#reference;
    assert.equal(state, reference.state(this.#now), "the state");
    assert.equal(wish, reference.wish, "the wish");
    assert.equal(generation, reference.starts, "the number of starts");
    assert.equal(failedStarts, reference.failures, "the number of failed starts");
    const isHeld = state === "STARTING" || state === "RUNNING" || state === "STOPPING";
    assert.equal(isHeld, this.#group, `${state}, but something is alive: ${this.#group}`);
    reference.checkNothingIsOverdue(this.#now);
  }
}

const life = fc.record({
  rules,
  moves: fc.array(move, { maxLength: 40, size: "max" }),
});

Deno.test("a process does what its reference says, whatever happens to it, and comes to rest", () =>
  check("core", RUNS, life, ({ rules, moves }) => {
    const world = new World(rules);
    for (const move of moves) world.play(move);
    world.calmDown();
  }));
