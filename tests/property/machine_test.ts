/** Random lives of a process: whatever happens, in whatever order, the promises hold. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ProcessEvent } from "../../src/core/event.ts";
import type { Program } from "../../src/core/program.ts";
import { deadlineOf, newProcess, type Process } from "../../src/core/state.ts";
import { transition } from "../../src/core/transition.ts";
import { makeProgram } from "../support/make_program.ts";

/** What the world does next. Which of it can happen depends on the state of the simulated child. */
type Move =
  | { readonly kind: "start" | "stop" | "half a restart" | "cannot spawn" | "refuse signals" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "exit"; readonly code: number; readonly groupRemains: boolean }
  | { readonly kind: "group ends" };

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.constantFrom<Move>(
    { kind: "start" },
    { kind: "stop" },
    { kind: "half a restart" },
    { kind: "cannot spawn" },
    { kind: "refuse signals" },
    { kind: "group ends" },
  ),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 15_000 }) }),
  fc.record({
    kind: fc.constant("exit" as const),
    code: fc.integer({ min: 0, max: 2 }),
    groupRemains: fc.boolean(),
  }),
);

const settings = fc.record({
  autorestart: fc.constantFrom<Program["autorestart"]>("always", "never", "unexpected"),
  startretries: fc.integer({ min: 0, max: 3 }),
  starttimeMs: fc.constantFrom(0, 1, 1000),
  stoptimeMs: fc.constantFrom(0, 1, 5000),
  stopasgroup: fc.boolean(),
  killasgroup: fc.boolean(),
  exitcodes: fc.constantFrom([0], [0, 2]),
});

/** A process and the operating system below it, which has at most what was spawned. */
class World {
  process: Process = newProcess("web", 0);
  now = 0;
  /** What the operating system holds of each generation. */
  readonly alive = new Map<number, { leader: boolean; group: boolean }>();
  readonly program: Program;
  #canSpawn = true;
  #refuses = false;
  #wish: "up" | "down" = "down";

  constructor(program: Program) {
    this.program = program;
  }

  play(next: Move): void {
    const by = { via: "shell" } as const;
    switch (next.kind) {
      case "start":
        this.#wish = "up";
        return this.send({ kind: "start", by });
      case "stop":
        this.#wish = "down";
        return this.send({ kind: "stop", by, wish: "down" });
      case "half a restart":
        this.#wish = "up";
        return this.send({ kind: "stop", by, wish: "up" });
      case "cannot spawn":
        this.#canSpawn = !this.#canSpawn;
        return;
      case "refuse signals":
        this.#refuses = !this.#refuses;
        return;
      case "wait":
        return this.#wait(next.ms);
      case "exit":
        return this.#exit(next.code, next.groupRemains);
      case "group ends":
        return this.#endGroup();
    }
  }

  /** Everything that can end ends, and all deadlines pass. */
  calmDown(): void {
    this.#refuses = false;
    this.#canSpawn = false;
    for (let round = 0; round < 200 && !this.isAtRest(); round++) {
      this.#exit(1, true);
      this.#endGroup();
      this.#wait(60_000);
    }
  }

  isAtRest(): boolean {
    return this.alive.size === 0 && deadlineOf(this.process) === null &&
      this.process.state !== "STARTING";
  }

  send(event: ProcessEvent): void {
    const step = transition(this.process, this.program, event, this.now);
    this.process = step.process;
    for (const effect of step.effects) {
      if (effect.kind === "spawn") this.#spawn(effect.generation);
      if (effect.kind === "signal" && this.#refuses) {
        const { generation } = this.process;
        const { signal } = effect;
        this.send({ kind: "signal_refused", generation, signal, reason: "EPERM" });
      }
      if (effect.kind === "release") this.#release();
    }
    this.#check();
  }

  #spawn(generation: number): void {
    const by = { via: "shell" } as const;
    if (!this.#canSpawn) return this.send({ kind: "spawn_failed", generation, reason: "no" });
    assert.equal(this.alive.size, 0, "two live copies");
    this.alive.set(generation, { leader: true, group: true });
    this.send({ kind: "spawned", generation, pid: generation, by });
  }

  #release(): void {
    // With killasgroup off the rest of a group is left alone, and is no longer ours.
    for (const [generation, life] of this.alive) {
      assert.ok(!life.leader, "let go of a living leader");
      assert.ok(!life.group || !this.program.killasgroup, "let go of a living group");
      this.alive.delete(generation);
    }
  }

  #wait(ms: number): void {
    const until = this.now + ms;
    for (let at = deadlineOf(this.process); at !== null && at <= until;) {
      this.now = Math.max(this.now, at);
      this.send({ kind: "deadline" });
      at = deadlineOf(this.process);
      if (this.process.state === "EXITED" && at === this.now) break;
    }
    this.now = until;
  }

  #exit(code: number, groupRemains: boolean): void {
    const [generation, life] = [...this.alive].find(([, { leader }]) => leader) ?? [];
    if (generation === undefined || life === undefined) return;
    life.leader = false;
    life.group = groupRemains;
    this.send({ kind: "exited", generation, exit: { kind: "code", code }, groupRemains });
  }

  #endGroup(): void {
    const [generation, life] = [...this.alive].find(([, { leader }]) => !leader) ?? [];
    if (generation === undefined || life === undefined) return;
    life.group = false;
    this.send({ kind: "group_ended", generation });
  }

  #check(): void {
    const { process, program } = this;
    assert.equal(process.wish, this.#wish, "an automatic rule changed the wish");
    assert.ok(process.failedStarts <= program.startretries + 1, "too many retries");
    const holds = this.alive.size > 0;
    const isUp = process.state === "RUNNING" || process.state === "STOPPING" ||
      (process.state === "STARTING" && process.child !== null);
    assert.equal(isUp, holds, `${process.state} while ${holds ? "something" : "nothing"} is alive`);
    if (process.wish === "down") {
      assert.ok(process.state !== "STARTING" && process.state !== "RUNNING", "a stop was undone");
      assert.ok(process.state !== "BACKOFF", "a stop was undone");
    }
  }
}

Deno.test("a process never has two children, keeps its wish, and shows what is true", () => {
  fc.assert(
    fc.property(settings, fc.array(move, { maxLength: 60 }), (chosen, moves) => {
      const world = new World(makeProgram(chosen));
      for (const next of moves) world.play(next);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("every life comes to rest once nothing happens any more", () => {
  fc.assert(
    fc.property(settings, fc.array(move, { maxLength: 40 }), (chosen, moves) => {
      const world = new World(makeProgram(chosen));
      for (const next of moves) world.play(next);
      world.calmDown();
      assert.ok(world.isAtRest(), `stuck in ${world.process.state}`);
    }),
    { numRuns: 1000 },
  );
});
