/** A supervisor that was killed, and the next one in the same world. */
import assert from "node:assert/strict";
import type { Program } from "../../src/core/program.ts";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

/** `next` is what the file says by the time of the new start. */
async function killAndStart(
  programs: readonly Partial<Program>[],
  meanwhile: (fake: FakeSupervisor) => Promise<void> | void = () => {},
  next: readonly Partial<Program>[] = programs,
): Promise<[before: FakeSupervisor, after: FakeSupervisor]> {
  const before = await new FakeSupervisor(programs).boot();
  await meanwhile(before);
  return [before, new FakeSupervisor(next, before)];
}

Deno.test("boot() takes running processes back with pid, uptime and wish, and starts nothing", async () => {
  const [before, after] = await killAndStart([{ numprocs: 2 }]);
  const pids = [await before.pidOf("web:0"), await before.pidOf("web:1")];
  await after.boot();
  assert.equal(await after.states(), "web:0 RUNNING, web:1 RUNNING");
  assert.deepEqual([await after.pidOf("web:0"), await after.pidOf("web:1")], pids);
  assert.equal(after.spawner.children.length, 2);
  const { processes } = await after.controller.snapshot();
  assert.ok((processes[0]?.uptimeMs ?? 0) >= 5000);
  assert.deepEqual(processes.map(({ wish }) => wish), ["up", "up"]);
  assert.deepEqual(after.history(), ["web:0 adopted", "web:1 adopted"]);
});

Deno.test("boot() goes on watching what it took back", async () => {
  const [, after] = await killAndStart([{}]);
  await after.boot();
  after.spawner.childOf("web").exit({ kind: "signal", signal: "SEGV" });
  await after.clock.advance(2000);
  assert.equal(await after.states(), "web RUNNING");
  assert.equal(after.spawner.children.length, 2);
});

Deno.test("boot() treats what ended meanwhile by its rules, with an unknown status", async () => {
  const [, after] = await killAndStart([{ name: "web" }, { name: "once", autorestart: "never" }]);
  for (const child of after.spawner.children) {
    child.isAlive = false;
    child.isGroupAlive = false;
  }
  await after.boot();
  assert.equal(await after.states(), "once EXITED, web RUNNING");
  const { processes } = await after.controller.snapshot();
  assert.deepEqual(processes[0]?.lastExit?.exit, { kind: "unknown" });
  assert.equal(after.spawner.living().length, 1);
});

Deno.test("boot() sweeps a group whose leader ended meanwhile before it starts anew", async () => {
  const [, after] = await killAndStart([{}]);
  const child = after.spawner.childOf("web");
  child.isAlive = false;
  await after.begin();
  assert.equal(await after.states(), "web STARTING");
  assert.deepEqual(child.signals, [{ signal: "TERM", target: "group" }]);
  assert.equal(after.spawner.living().length, 1);
});

Deno.test("boot() finds a child that was started but not noted any more", async () => {
  const before = new FakeSupervisor([{}]);
  const save = before.store.saveProcess.bind(before.store);
  before.store.saveProcess = (process) => {
    if (process.child === null) save(process); // it was killed before it could write the pid
  };
  await before.boot();
  before.store.saveProcess = save;
  const after = await new FakeSupervisor([{}], before).boot();
  assert.equal(await after.states(), "web RUNNING");
  assert.equal(after.spawner.children.length, 1);
});

Deno.test("boot() starts what was cut off before it was started", async () => {
  const before = new FakeSupervisor([{}]);
  before.supervisor.configure(before.supervisor.configuration);
  before.supervisor.addMissing();
  const [entry] = before.supervisor.table.all();
  assert.ok(entry);
  before.store.saveProcess({
    ...{ program: "web", num: 0, state: "STARTING", wish: "up", generation: 1 },
    ...{ failedStarts: 0, quickExits: 0, lastExit: null, child: null },
    ...{ startsAgain: false, fault: null },
  });
  const after = await new FakeSupervisor([{}], before).boot();
  assert.equal(await after.states(), "web RUNNING");
});

Deno.test("boot() finishes a stop and a restart that were under way", async () => {
  const [before, after] = await killAndStart([{ name: "a" }, { name: "b" }], async (fake) => {
    for (const child of fake.spawner.children) child.signal = () => ({ kind: "sent" });
    void fake.controller.stop(["a"]);
    void fake.controller.restart(["b"]);
    assert.equal(await fake.states(), "a STOPPING, b STOPPING");
  });
  const pid = await before.pidOf("b");
  for (const child of after.spawner.children) Reflect.deleteProperty(child, "signal");
  await after.boot();
  assert.equal(await after.states(), "a STOPPED, b RUNNING");
  assert.notEqual(await after.pidOf("b"), pid);
  assert.equal(after.spawner.living().length, 1);
});

Deno.test("boot() keeps FATAL, and what the operator stopped", async () => {
  const programs = [{ name: "bad", startretries: 0 }, { name: "web" }];
  const before = new FakeSupervisor(programs);
  const failure = { stage: "command", message: "no such file" } as const;
  before.spawner.behaviours.set("bad", { failure });
  await before.boot();
  await before.controller.stop(["web"]);
  const after = await new FakeSupervisor(programs, before).boot();
  assert.equal(await after.states(), "bad FATAL, web STOPPED");
  const { processes } = await after.controller.snapshot();
  assert.equal(processes[0]?.reason, "no such file");
});

Deno.test("boot() keeps the retry count", async () => {
  const before = new FakeSupervisor([{ startretries: 5 }]);
  const failure = { stage: "command", message: "no such file" } as const;
  before.spawner.behaviours.set("web", { failure });
  void before.begin();
  await before.clock.advance(1500);
  const after = new FakeSupervisor([{ startretries: 5 }], before);
  await after.begin();
  const { processes } = await after.controller.snapshot();
  assert.equal(processes[0]?.state, "BACKOFF");
  assert.equal(processes[0]?.failedStarts, 2);
});

Deno.test("boot() applies what changed in the file as a reload does", async () => {
  const old = [{ name: "gone" }, { name: "same" }, { name: "env" }, { name: "many", numprocs: 3 }];
  const next = [
    { name: "same" },
    { name: "env", env: { A: "1" } },
    { name: "many", numprocs: 2 },
    { name: "new" },
  ];
  const [before, after] = await killAndStart(old, () => {}, next);
  const [same, env] = [await before.pidOf("same"), await before.pidOf("env")];
  await after.boot();
  assert.equal(
    await after.states(),
    "env RUNNING, many:0 RUNNING, many:1 RUNNING, new RUNNING, same RUNNING",
  );
  assert.equal(await after.pidOf("same"), same);
  assert.notEqual(await after.pidOf("env"), env);
  assert.equal(after.spawner.living().length, 5);
});

Deno.test("boot() finds running children when the table is gone, and starts nothing twice", async () => {
  const programs = [{ name: "web", numprocs: 2 }, { name: "db" }];
  const before = await new FakeSupervisor(programs).boot();
  const pids = [await before.pidOf("web:0"), await before.pidOf("web:1"), await before.pidOf("db")];
  before.store.empty();
  const after = await new FakeSupervisor(programs, before).boot();
  assert.equal(await after.states(), "db RUNNING, web:0 RUNNING, web:1 RUNNING");
  assert.deepEqual(
    [await after.pidOf("web:0"), await after.pidOf("web:1"), await after.pidOf("db")],
    pids,
  );
  assert.equal(after.spawner.children.length, 3);
});

Deno.test("boot() stops a running child of which nothing is known any more", async () => {
  const before = await new FakeSupervisor([{ name: "old" }]).boot();
  before.store.empty();
  const after = await new FakeSupervisor([{ name: "new" }], before).boot();
  assert.equal(await after.states(), "new RUNNING");
  assert.equal(after.spawner.living().length, 1);
});

Deno.test("boot() starts what an earlier run had not come to yet", async () => {
  const programs = [{ name: "second", priority: 2 }, { name: "first", priority: 1 }];
  const before = new FakeSupervisor(programs);
  void before.begin();
  await before.clock.advance(500);
  assert.equal(await before.states(), "first STARTING, second STOPPED");
  const after = await new FakeSupervisor(programs, before).boot();
  assert.equal(await after.states(), "first RUNNING, second RUNNING");
});

Deno.test("boot() goes on by the rules with a process whose group was being swept", async () => {
  const programs = [{ name: "web" }, { name: "once", autorestart: "never" as const }];
  const before = new FakeSupervisor(programs);
  for (const { name } of programs) {
    before.spawner.behaviours.set(name, { dieOf: [], leavesGroup: true });
  }
  await before.boot();
  for (const child of before.spawner.children) child.exit({ kind: "code", code: 1 });
  assert.equal(await before.states(), "once STOPPING, web STOPPING");
  const after = await new FakeSupervisor(programs, before).boot();
  await after.clock.advance(20_000);
  assert.equal(await after.states(), "once EXITED, web RUNNING");
  const { processes } = await after.controller.snapshot();
  assert.deepEqual(processes[0]?.lastExit?.exit, { kind: "code", code: 1 });
});

Deno.test("boot() brings up what was in the first half of a restart", async () => {
  const programs = [{ name: "app", priority: 20 }, { name: "db", priority: 10 }];
  const before = new FakeSupervisor(programs);
  before.spawner.behaviours.set("app", { dieOf: [] });
  await before.boot();
  void before.controller.restart(["all"]);
  assert.equal(await before.states(), "app STOPPING, db RUNNING");
  before.spawner.behaviours.clear();
  const after = await new FakeSupervisor(programs, before).boot();
  await after.clock.advance(20_000);
  assert.equal(await after.states(), "app RUNNING, db RUNNING");
});

Deno.test("boot() starts a program that was on its way out and has come back", async () => {
  const before = new FakeSupervisor([{}]);
  before.spawner.behaviours.set("web", { dieOf: [] });
  await before.boot();
  before.configure([]);
  await before.controller.reload();
  assert.equal(await before.states(), "web STOPPING");
  const after = await new FakeSupervisor([{}], before).boot();
  await after.clock.advance(20_000);
  assert.equal(await after.states(), "web RUNNING");
});

Deno.test("boot() does not do over what a reload has done", async () => {
  const next = [{ name: "web", umask: 0o22, starttimeMs: 60_000 }];
  const before = await new FakeSupervisor([{}]).boot();
  before.configure(next);
  await before.controller.reload();
  await before.clock.advance(1000);
  const pid = await before.pidOf("web");
  const after = await new FakeSupervisor(next, before).boot();
  assert.equal(await after.pidOf("web"), pid);
  assert.equal(after.spawner.children.length, 2);
});

Deno.test("boot() does what a reload had not come to", async () => {
  const programs = [{ name: "app", priority: 20 }, { name: "db", priority: 10 }];
  const next = programs.map((program) => ({ ...program, umask: 0o22 }));
  const before = new FakeSupervisor(programs);
  before.spawner.behaviours.set("app", { dieOf: [] });
  await before.boot();
  before.configure(next);
  await before.controller.reload();
  assert.equal(await before.states(), "app STOPPING, db RUNNING");
  before.spawner.behaviours.clear();
  const after = await new FakeSupervisor(next, before).boot();
  await after.clock.advance(20_000);
  assert.equal(await after.states(), "app RUNNING, db RUNNING");
  assert.deepEqual(after.spawner.living().map(({ request }) => request.program.umask), [18, 18]);
});

Deno.test("boot() starts nothing that the file no longer has, and nothing with old settings", async () => {
  const [, after] = await killAndStart([{ name: "gone" }, { name: "web" }], (fake) => {
    for (const child of fake.spawner.children) child.isAlive = child.isGroupAlive = false;
  }, [{ name: "web", umask: 0o22 }]);
  await after.boot();
  assert.equal(await after.states(), "web RUNNING");
  assert.deepEqual(after.spawner.children.map(({ request }) => request.program.umask), [
    null,
    null,
    0o22,
  ]);
});
