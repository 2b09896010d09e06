import assert from "node:assert/strict";
import type { Effect } from "../../src/core/effect.ts";
import type { EventKind, ProcessEvent } from "../../src/core/event.ts";
import type { Program } from "../../src/core/program.ts";
import type { Actor } from "../../src/core/record.ts";
import { type Process, type State, STATES } from "../../src/core/state.ts";
import { newProcess } from "../../src/core/state.ts";
import { TABLE, transition } from "../../src/core/transition.ts";
import { makeProgram } from "../support/make_program.ts";

const BY: Actor = { via: "shell" };

/** Drives one process through events and keeps what it asked for. */
class Machine {
  process: Process = newProcess("web", 0);
  now = 0;
  effects: Effect[] = [];
  #program: Program;

  constructor(settings: Partial<Program> = {}) {
    this.#program = makeProgram(settings);
  }

  reloaded(settings: Partial<Program>): this {
    this.#program = makeProgram(settings);
    return this;
  }

  send(event: ProcessEvent): this {
    const step = transition(this.process, this.#program, event, this.now);
    this.process = step.process;
    this.effects = [...step.effects];
    return this;
  }

  start = () => this.send({ kind: "start", by: BY });
  stop = () => this.send({ kind: "stop", by: BY, wish: "down" });
  deadline = () => this.send({ kind: "deadline" });
  spawned = (pid = 42) =>
    this.send({ kind: "spawned", generation: this.process.generation, pid, by: BY });
  spawnFailed = (reason = "no such file") =>
    this.send({ kind: "spawn_failed", generation: this.process.generation, reason });
  groupEnded = () => this.send({ kind: "group_ended", generation: this.process.generation });

  exited(code: number, groupRemains = false): this {
    const exit = { kind: "code", code } as const;
    const { generation } = this.process;
    return this.send({ kind: "exited", generation, exit, groupRemains });
  }

  killedBy(signal: string): this {
    const exit = { kind: "signal", signal } as const;
    const { generation } = this.process;
    return this.send({ kind: "exited", generation, exit, groupRemains: false });
  }

  after(ms: number): this {
    this.now += ms;
    return this;
  }

  running = () => this.start().spawned().after(1000).deadline().after(5000);

  get state(): State {
    return this.process.state;
  }

  get deadlineIn(): number | null {
    const deadline = "deadline" in this.process ? this.process.deadline : null;
    return deadline === null ? null : deadline - this.now;
  }

  has(kind: Effect["kind"]): boolean {
    return this.effects.some((effect) => effect.kind === kind);
  }

  recorded(): string[] {
    return this.effects.flatMap((e) => e.kind === "record" ? [e.happening.kind] : []);
  }

  signals(): string[] {
    return this.effects.flatMap((e) => e.kind === "signal" ? [`${e.signal} ${e.target}`] : []);
  }
}

/** A machine brought into each state in a plain way. */
const IN: { readonly [S in State]: () => Machine } = {
  STOPPED: () => new Machine(),
  STARTING: () => new Machine().start().spawned(),
  RUNNING: () => new Machine().running(),
  BACKOFF: () => new Machine().start().spawned().exited(1),
  STOPPING: () => new Machine().running().stop(),
  EXITED: () => new Machine().running().exited(0),
  FATAL: () => new Machine({ startretries: 0 }).start().spawnFailed().deadline(),
};

function eventOf(kind: EventKind, generation: number): ProcessEvent {
  switch (kind) {
    case "start":
      return { kind, by: BY };
    case "stop":
      return { kind, by: BY, wish: "down" };
    case "spawned":
      return { kind, generation, pid: 43, by: BY };
    case "spawn_failed":
      return { kind, generation, reason: "no such file" };
    case "exited":
      return { kind, generation, exit: { kind: "code", code: 1 }, groupRemains: false };
    case "group_ended":
      return { kind, generation };
    case "signal_refused":
      return { kind, generation, signal: "TERM", reason: "operation not permitted" };
    case "deadline":
      return { kind };
  }
}

/** What each event leads to in each state; "-" cannot happen and must throw. */
const EXPECTED: { readonly [S in State]: { readonly [K in EventKind]: State | "-" } } = {
  STOPPED: {
    start: "STARTING",
    stop: "STOPPED",
    spawned: "-",
    spawn_failed: "-",
    exited: "-",
    group_ended: "-",
    signal_refused: "-",
    deadline: "STOPPED",
  },
  STARTING: {
    start: "STARTING",
    stop: "STOPPING",
    spawned: "STARTING",
    spawn_failed: "BACKOFF",
    exited: "BACKOFF",
    group_ended: "-",
    signal_refused: "-",
    deadline: "STARTING",
  },
  RUNNING: {
    start: "RUNNING",
    stop: "STOPPING",
    spawned: "-",
    spawn_failed: "-",
    exited: "EXITED",
    group_ended: "-",
    signal_refused: "-",
    deadline: "RUNNING",
  },
  BACKOFF: {
    start: "STARTING",
    stop: "STOPPED",
    spawned: "-",
    spawn_failed: "-",
    exited: "-",
    group_ended: "-",
    signal_refused: "-",
    deadline: "BACKOFF",
  },
  STOPPING: {
    start: "STOPPING",
    stop: "STOPPING",
    spawned: "-",
    spawn_failed: "-",
    exited: "STOPPED",
    group_ended: "STOPPED",
    signal_refused: "STOPPING",
    deadline: "STOPPING",
  },
  EXITED: {
    start: "STARTING",
    stop: "EXITED",
    spawned: "-",
    spawn_failed: "-",
    exited: "-",
    group_ended: "-",
    signal_refused: "-",
    deadline: "EXITED",
  },
  FATAL: {
    start: "STARTING",
    stop: "FATAL",
    spawned: "-",
    spawn_failed: "-",
    exited: "-",
    group_ended: "-",
    signal_refused: "-",
    deadline: "FATAL",
  },
};

for (const state of STATES) {
  Deno.test(`transition() from ${state}: every event leads where the table says`, () => {
    for (const [kind, expected] of Object.entries(EXPECTED[state])) {
      const machine = IN[state]();
      assert.equal(machine.state, state);
      const event = eventOf(kind as EventKind, machine.process.generation);
      if (expected === "-") {
        assert.throws(() => machine.send(event), /cannot happen/, kind);
      } else {
        assert.equal(machine.send(event).state, expected, kind);
      }
    }
  });
}

Deno.test("TABLE has a cell of its own for every state and event", () => {
  for (const state of STATES) {
    assert.deepEqual(Object.keys(TABLE[state]).sort(), Object.keys(EXPECTED[state]).sort());
  }
});

Deno.test("transition() ignores what an earlier child does", () => {
  const machine = new Machine().running().exited(1).deadline().spawned(77);
  const before = machine.process;
  machine.send({
    kind: "exited",
    generation: 1,
    exit: { kind: "code", code: 0 },
    groupRemains: false,
  });
  assert.equal(machine.process, before);
});

Deno.test("transition() makes a child RUNNING when it has lived for starttime, not before", () => {
  const machine = new Machine().start().spawned().after(999).deadline();
  assert.equal(machine.state, "STARTING");
  assert.equal(machine.after(1).deadline().state, "RUNNING");
});

Deno.test("transition() makes a child RUNNING at once when starttime is 0", () => {
  const machine = new Machine({ starttimeMs: 0 }).start().spawned();
  assert.equal(machine.state, "RUNNING");
  assert.deepEqual(machine.recorded(), ["started", "running"]);
});

Deno.test("transition() counts an exit seen after starttime as RUNNING then EXITED", () => {
  const machine = new Machine().start().spawned().after(1500).exited(1);
  assert.equal(machine.state, "EXITED");
  assert.deepEqual(machine.recorded(), ["running", "exited", "restart_delayed"]);
});

Deno.test("transition() lets a one-shot that succeeds early rest", () => {
  const machine = new Machine().start().spawned().after(10).exited(0);
  assert.equal(machine.state, "EXITED");
  assert.equal(machine.deadlineIn, null);
  assert.equal(machine.process.lastExit?.expected, true);
});

Deno.test("transition() retries an early success when autorestart is always", () => {
  const machine = new Machine({ autorestart: "always" }).start().spawned().after(10).exited(0);
  assert.equal(machine.state, "BACKOFF");
});

Deno.test("transition() retries an early failure even when autorestart is never", () => {
  const machine = new Machine({ autorestart: "never" }).start().spawned().after(10).exited(1);
  assert.equal(machine.state, "BACKOFF");
});

Deno.test("transition() gives up after startretries failed starts, with waits of 1, 2 and 3 s", () => {
  const machine = new Machine({ startretries: 3 }).start();
  const waits: (number | null)[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    machine.spawnFailed();
    waits.push(machine.deadlineIn);
    machine.after(machine.deadlineIn ?? 0).deadline();
    assert.equal(machine.state, "STARTING");
  }
  machine.spawnFailed();
  assert.deepEqual(waits, [1000, 2000, 3000]);
  assert.equal(machine.state, "BACKOFF");
  assert.equal(machine.deadlineIn, 0);
  assert.equal(machine.deadline().state, "FATAL");
  assert.deepEqual(machine.recorded(), ["fatal"]);
});

Deno.test("transition() starts once when startretries is 0", () => {
  const machine = new Machine({ startretries: 0 }).start().spawned().exited(1).deadline();
  assert.equal(machine.state, "FATAL");
});

Deno.test("transition() keeps why a start failed", () => {
  const machine = new Machine({ startretries: 0 }).start().spawnFailed('no such file: "/x"');
  assert.equal(machine.process.state === "BACKOFF" && machine.process.fault.code, "spawn_failed");
  machine.deadline();
  const fault = machine.process.state === "FATAL" ? machine.process.fault : null;
  assert.deepEqual(fault, { code: "spawn_failed", message: 'no such file: "/x"' });
});

Deno.test("transition() clears the retry count by RUNNING and by the operator's start", () => {
  const machine = new Machine().start().spawnFailed();
  assert.equal(machine.process.failedStarts, 1);
  machine.after(1000).deadline().spawned().after(1000).deadline();
  assert.equal(machine.state, "RUNNING");
  assert.equal(machine.process.failedStarts, 0);
  const other = new Machine().start().spawnFailed().start();
  assert.equal(other.process.failedStarts, 0);
});

Deno.test("transition() restarts at once after an unexpected exit", () => {
  const machine = new Machine().running().exited(1);
  assert.equal(machine.state, "EXITED");
  assert.equal(machine.deadlineIn, 0);
  assert.equal(machine.deadline().state, "STARTING");
});

Deno.test("transition() takes death by a signal as unexpected, whatever exitcodes says", () => {
  const machine = new Machine({ exitcodes: [0, 9, 137] }).running().killedBy("KILL");
  assert.equal(machine.process.lastExit?.expected, false);
  assert.equal(machine.deadlineIn, 0);
});

const RESTARTS: readonly [Program["autorestart"], number, boolean][] = [
  ["always", 0, true],
  ["always", 1, true],
  ["unexpected", 0, false],
  ["unexpected", 1, true],
  ["never", 0, false],
  ["never", 1, false],
];
for (const [autorestart, code, isRestarted] of RESTARTS) {
  Deno.test(`transition() with autorestart ${autorestart} and exit code ${code}`, () => {
    const machine = new Machine({ autorestart }).running().exited(code);
    assert.equal(machine.state, "EXITED");
    assert.equal(machine.deadlineIn, isRestarted ? 0 : null);
  });
}

Deno.test("transition() slows a crash loop down and forgets it after a longer life", () => {
  const machine = new Machine().start();
  const waits: (number | null)[] = [];
  for (let round = 0; round < 3; round++) {
    machine.spawned().after(1000).deadline().after(100).exited(1);
    waits.push(machine.deadlineIn);
    machine.after(machine.deadlineIn ?? 0).deadline();
  }
  machine.spawned().after(1000).deadline().after(2000).exited(1);
  waits.push(machine.deadlineIn);
  assert.deepEqual(waits, [1000, 2000, 3000, 0]);
});

Deno.test("transition() stops with the stop signal to the group, then SIGKILL after stoptime", () => {
  const machine = new Machine({ stopsignal: "USR1", stoptimeMs: 3000 }).running().stop();
  assert.deepEqual(machine.signals(), ["USR1 group"]);
  assert.equal(machine.deadlineIn, 3000);
  machine.after(3000).deadline();
  assert.deepEqual(machine.signals(), ["KILL group"]);
  assert.equal(machine.state, "STOPPING");
  assert.equal(machine.deadlineIn, null);
  assert.equal(machine.killedBy("KILL").state, "STOPPED");
});

Deno.test("transition() signals only the leader when the group is to be left alone", () => {
  const machine = new Machine({ stopasgroup: false, killasgroup: false }).running().stop();
  assert.deepEqual(machine.signals(), ["TERM leader"]);
  machine.after(10_000).deadline();
  assert.deepEqual(machine.signals(), ["KILL leader"]);
  assert.equal(machine.exited(0, true).state, "STOPPED");
  assert.ok(machine.recorded().includes("group_left"));
});

Deno.test("transition() is STOPPED only when nothing of the group is left", () => {
  const machine = new Machine().running().stop().exited(0, true);
  assert.equal(machine.state, "STOPPING");
  assert.ok(machine.has("watch_group"));
  machine.after(10_000).deadline();
  assert.deepEqual(machine.signals(), ["KILL group"]);
  assert.equal(machine.groupEnded().state, "STOPPED");
  assert.ok(machine.has("release"));
});

Deno.test("transition() lets go of a group that a reload says is not to be killed", () => {
  const machine = new Machine().running().stop().exited(0, true);
  machine.reloaded({ killasgroup: false }).after(10_000).deadline();
  assert.deepEqual(machine.signals(), []);
  assert.equal(machine.state, "STOPPED");
  assert.ok(machine.recorded().includes("group_left"));
});

Deno.test("transition() never restarts what was stopped, whatever its exit code", () => {
  const machine = new Machine({ autorestart: "always" }).running().stop().exited(1);
  assert.equal(machine.state, "STOPPED");
  assert.equal(machine.deadlineIn, null);
});

Deno.test("transition() sweeps the group of a leader that ended by itself before it restarts", () => {
  const machine = new Machine().running().exited(1, true);
  assert.equal(machine.state, "STOPPING");
  assert.deepEqual(machine.signals(), ["TERM group"]);
  assert.ok(!machine.has("spawn"));
  machine.after(200).groupEnded();
  assert.equal(machine.state, "EXITED");
  assert.equal(machine.deadlineIn, 0);
});

Deno.test("transition() starts again once a stop is through when asked meanwhile", () => {
  const machine = new Machine().running().stop().start();
  assert.equal(machine.state, "STOPPING");
  assert.equal(machine.process.wish, "up");
  machine.exited(0);
  assert.equal(machine.state, "STARTING");
  assert.equal(machine.process.generation, 2);
});

Deno.test("transition() lets a later stop undo a start that waits for a stop", () => {
  const machine = new Machine().running().stop().start().stop().exited(0);
  assert.equal(machine.state, "STOPPED");
  assert.equal(machine.process.wish, "down");
});

Deno.test("transition() keeps the wish through exits, retries and giving up", () => {
  const machine = new Machine({ startretries: 0 }).running().exited(1).deadline().spawnFailed();
  assert.equal(machine.deadline().state, "FATAL");
  assert.equal(machine.process.wish, "up");
});

Deno.test("transition() ends a slowed-down crash loop when asked to stop", () => {
  const machine = new Machine().start().spawned().after(1000).deadline().exited(1);
  assert.equal(machine.deadlineIn, 1000);
  assert.equal(machine.stop().state, "STOPPED");
});

Deno.test("transition() shows why a stop does not get on", () => {
  const machine = new Machine().running().stop();
  machine.send({
    kind: "signal_refused",
    generation: 1,
    signal: "TERM",
    reason: "operation not permitted (EPERM)",
  });
  const trouble = machine.process.state === "STOPPING" ? machine.process.trouble : null;
  assert.deepEqual(trouble, { signal: "TERM", reason: "operation not permitted (EPERM)" });
});
