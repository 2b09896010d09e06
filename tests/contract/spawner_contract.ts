/** What every spawner promises the engine, so that the fake cannot lie about the real one. */
import assert from "node:assert/strict";
import type { ExitStatus } from "../../src/core/exit_status.ts";
import type { Program } from "../../src/core/program.ts";
import type { ChildHandle, LeaderExit, Spawner, SpawnFailure } from "../../src/ports/spawner.ts";

/** Kinds of programs that both the real and the fake world can run. */
export type Kind =
  | "exits 3"
  | "sleeps"
  | "ignores TERM"
  | "leaves a member behind"
  | "does not exist";

export interface World {
  readonly spawner: Spawner;
  program(kind: Kind): Program;
  /** Called after each spawn: the fake world acts out what the program does by itself. */
  act(kind: Kind, child: ChildHandle): void;
  /** Resolves when the program is ready for signals. */
  ready(kind: Kind, child: ChildHandle): Promise<void>;
  dispose(): Promise<void>;
}

export function spawnerContract(name: string, newWorld: () => World): void {
  function start(world: World, kind: Kind): { child: ChildHandle; exit: Promise<LeaderExit> } {
    const { promise, resolve } = Promise.withResolvers<LeaderExit>();
    const program = world.program(kind);
    const request = { program, num: 0, processName: program.name, generation: 1 };
    const outcome = world.spawner.spawn(request, resolve);
    assert.ok("child" in outcome, "failure" in outcome ? outcome.failure.message : "");
    world.act(kind, outcome.child);
    return { child: outcome.child, exit: promise };
  }

  function promise(text: string, test: (world: World) => Promise<void> | void): void {
    Deno.test(`${name}: ${text}`, async () => {
      const world = newWorld();
      try {
        await test(world);
      } finally {
        await world.dispose();
      }
    });
  }

  function code(number: number): ExitStatus {
    return { kind: "code", code: number };
  }

  promise(`reports the exit code of the leader`, async (world) => {
    const { child, exit } = start(world, "exits 3");
    assert.deepEqual(await exit, { exit: code(3), groupRemains: false });
    child.release();
  });

  promise(`does not call back before spawn has returned`, async (world) => {
    let hasReturned = false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const program = world.program("exits 3");
    const outcome = world.spawner.spawn(
      { program, num: 0, processName: "x", generation: 1 },
      () => resolve(hasReturned),
    );
    hasReturned = true;
    assert.ok("child" in outcome);
    world.act("exits 3", outcome.child);
    assert.equal(await promise, true);
    outcome.child.release();
  });

  promise(`reports the signal that ended the leader`, async (world) => {
    const { child, exit } = start(world, "sleeps");
    await world.ready("sleeps", child);
    assert.deepEqual(child.signal("TERM", "leader"), { kind: "sent" });
    assert.deepEqual((await exit).exit, { kind: "signal", signal: "TERM" });
    child.release();
  });

  promise(`SIGKILL ends what ignores SIGTERM`, async (world) => {
    const { child, exit } = start(world, "ignores TERM");
    await world.ready("ignores TERM", child);
    assert.deepEqual(child.signal("TERM", "group"), { kind: "sent" });
    assert.deepEqual(child.signal("KILL", "group"), { kind: "sent" });
    assert.deepEqual((await exit).exit, { kind: "signal", signal: "KILL" });
    child.release();
  });

  promise(`tells of members that outlive the leader, and of their end`, async (world) => {
    const { child, exit } = start(world, "leaves a member behind");
    assert.deepEqual(await exit, { exit: code(0), groupRemains: true });
    const ended = Promise.withResolvers<void>();
    child.watchGroup(() => ended.resolve());
    assert.deepEqual(child.signal("KILL", "group"), { kind: "sent" });
    await ended.promise;
    child.release();
  });

  promise(`says that a leader which has ended is gone`, async (world) => {
    const { child, exit } = start(world, "exits 3");
    await exit;
    assert.deepEqual(child.signal("TERM", "leader"), { kind: "gone" });
    child.release();
    assert.deepEqual(child.signal("TERM", "group"), { kind: "gone" });
  });

  promise(`says why a program cannot be started`, (world) => {
    const program = world.program("does not exist");
    const outcome = world.spawner.spawn(
      { program, num: 0, processName: "x", generation: 1 },
      () => {
        throw new Error("nothing was started");
      },
    );
    const failure: SpawnFailure = {
      stage: "command",
      message: 'no such file: "/nowhere/program"',
    };
    assert.deepEqual(outcome, { failure });
  });
}
