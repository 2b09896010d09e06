/** What has been asked for counts from then on, although its turn comes later. */
import assert from "node:assert/strict";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

const PROGRAMS = [{ name: "app", priority: 20 }, { name: "db", priority: 10 }];

/** `app` takes its time to end, so that the turn of `db` to be stopped does not come. */
async function withDeafApp(): Promise<FakeSupervisor> {
  const fake = new FakeSupervisor(PROGRAMS);
  fake.spawner.behaviours.set("app", { dieOf: [] });
  return await fake.boot();
}

/** The next one, in the same world, after the end of all that was under way. */
async function afterCrash(before: FakeSupervisor, programs = PROGRAMS): Promise<FakeSupervisor> {
  before.spawner.behaviours.clear();
  const after = await new FakeSupervisor(programs, before).boot();
  await after.clock.advance(60_000);
  return after;
}

Deno.test("a stop of several priorities is gone on with after a crash", async () => {
  const before = await withDeafApp();
  await before.controller.stop(["all"], { wait: false });
  assert.equal(await before.states(), "app STOPPING, db RUNNING");
  const after = await afterCrash(before);
  assert.equal(await after.states(), "app STOPPED, db STOPPED");
});

Deno.test("a stop of what is halfway through a restart keeps it down, and after a crash too", async () => {
  const before = new FakeSupervisor(PROGRAMS);
  for (const { name } of PROGRAMS) before.spawner.behaviours.set(name, { dieOf: [] });
  await before.boot();
  await before.controller.restart(["db"], { wait: false });
  await before.controller.stop(["all"], { wait: false });
  assert.equal(await before.states(), "app STOPPING, db STOPPING");
  before.spawner.childOf("db").exit({ kind: "code", code: 0 });
  assert.equal(await before.states(), "app STOPPING, db STOPPED");
  const after = await afterCrash(before);
  assert.equal(await after.states(), "app STOPPED, db STOPPED");
  assert.equal(after.spawner.children.length, 2);
});

Deno.test("a stop counts as soon as it is noted, also of what was to start again", async () => {
  const before = new FakeSupervisor([{}]);
  before.spawner.behaviours.set("web", { dieOf: [] });
  await before.boot();
  await before.controller.restart(["web"], { wait: false });
  const { store } = before;
  const save = store.saveProcess.bind(store);
  store.saveProcess = (process) => {
    save(process);
    if (process.wish === "down") store.saveProcess = () => {}; // it was killed
  };
  await before.controller.stop(["web"], { wait: false });
  store.saveProcess = save;
  const after = await new FakeSupervisor([{}], before).boot();
  await after.clock.advance(60_000);
  assert.equal(await after.states(), "web STOPPED");
});

Deno.test("a restart of several priorities is gone on with after a crash", async () => {
  const before = await withDeafApp();
  const pid = await before.pidOf("db");
  await before.controller.restart(["all"], { wait: false });
  assert.equal(await before.states(), "app STOPPING, db RUNNING");
  const after = await afterCrash(before);
  assert.equal(await after.states(), "app RUNNING, db RUNNING");
  assert.notEqual(await after.pidOf("db"), pid);
  assert.equal(after.spawner.children.length, 4);
});

Deno.test("a start of several priorities is gone on with after a crash", async () => {
  const programs = [
    { name: "app", priority: 20, autorestart: "never" as const },
    { name: "db", priority: 10, autostart: false },
  ];
  const before = await new FakeSupervisor(programs).boot();
  before.spawner.childOf("app").exit({ kind: "code", code: 0 });
  await before.controller.start(["all"], { wait: false });
  assert.equal(await before.states(), "app EXITED, db STARTING");
  const after = await afterCrash(before, programs);
  assert.equal(await after.states(), "app RUNNING, db RUNNING");
});

Deno.test("what was restarted is not restarted again by a crash or a reload", async () => {
  const before = await new FakeSupervisor(PROGRAMS).boot();
  void before.controller.restart(["all"]);
  await before.clock.advance(5000);
  await before.controller.start(["all"]);
  const after = await afterCrash(before);
  await after.controller.reload();
  await after.clock.advance(5000);
  assert.equal(after.spawner.children.length, 4);
});

Deno.test("a start calls a restart off whose turn has not come, for good", async () => {
  const fake = await withDeafApp();
  void fake.controller.restart(["all"]);
  await fake.controller.start(["db"]);
  const after = await afterCrash(fake);
  await after.controller.reload();
  await after.clock.advance(5000);
  assert.equal(await after.states(), "app RUNNING, db RUNNING");
  assert.equal(after.spawner.children.length, 3);
});

Deno.test("a shutdown before the turn of a stop keeps that it was asked for", async () => {
  const before = await withDeafApp();
  await before.controller.stop(["all"], { wait: false });
  const ended = before.controller.shutdown();
  await before.clock.advance(60_000);
  await ended;
  before.store.markClean();
  const after = await afterCrash(before);
  assert.equal(await after.states(), "app STOPPED, db STOPPED");
});

Deno.test("what is to be stopped is not started again while it waits for its turn", async () => {
  const fake = await withDeafApp();
  const stopped = fake.controller.stop(["all"]);
  fake.spawner.childOf("db").exit({ kind: "code", code: 1 });
  await fake.clock.advance(5000);
  assert.equal(await fake.states(), "app STOPPING, db EXITED");
  await fake.clock.advance(60_000);
  assert.deepEqual((await stopped).results.map(({ fault }) => fault), [null, null]);
});

Deno.test("a start that fails while a stop waits for its turn is not tried again", async () => {
  const programs = [{ name: "app", priority: 20 }, { name: "db", priority: 10, autostart: false }];
  const fake = new FakeSupervisor(programs);
  fake.spawner.behaviours.set("app", { dieOf: [] });
  await fake.boot();
  void fake.controller.start(["db"]);
  const stopped = fake.controller.stop(["all"]);
  fake.spawner.childOf("db").exit({ kind: "code", code: 1 });
  await fake.clock.advance(0);
  assert.equal(await fake.states(), "app STOPPING, db STOPPED");
  assert.equal(fake.records.findLast(({ kind }) => kind === "stopped")?.process, "db");
  await fake.clock.advance(60_000);
  assert.deepEqual((await stopped).results.map(({ fault }) => fault), [null, null]);
});

Deno.test("a reload does not restart what is to be stopped", async () => {
  const fake = await withDeafApp();
  void fake.controller.stop(["all"]);
  fake.configure(PROGRAMS.map((program) => ({ ...program, umask: 0o22 })));
  await fake.controller.reload();
  await fake.clock.advance(60_000);
  assert.equal(await fake.states(), "app STOPPED, db STOPPED");
  assert.equal(fake.spawner.children.length, 2);
});

Deno.test("a start that is queued up is dropped when a stop is asked for", async () => {
  const fake = await new FakeSupervisor([{ numprocs: 3, autostart: false }]).boot();
  const { clock, spawner } = fake;
  // The slice of the first start is used up by it, and the others wait for their turn.
  const spawn = spawner.spawn.bind(spawner);
  spawner.spawn = (...args) => {
    clock.hold(20);
    return spawn(...args);
  };
  await fake.controller.start(["all"], { wait: false });
  assert.equal(await fake.states(), "web:0 STARTING, web:1 STOPPED, web:2 STOPPED");
  await fake.controller.stop(["web:1"], { wait: false });
  await clock.advance(5000);
  assert.equal(await fake.states(), "web:0 RUNNING, web:1 STOPPED, web:2 RUNNING");
  assert.equal(spawner.children.length, 2);
});

Deno.test("a stop that is queued up is not dropped when a start is asked for: there is a new child", async () => {
  const fake = await new FakeSupervisor([{ numprocs: 2 }]).boot();
  const { clock, spawner } = fake;
  const [first, second] = spawner.children;
  const signal = first!.signal.bind(first);
  first!.signal = (...args) => {
    clock.hold(20);
    return signal(...args);
  };
  await fake.controller.stop(["all"], { wait: false });
  assert.equal(await fake.states(), "web:0 STOPPING, web:1 RUNNING");
  await fake.controller.start(["web:1"], { wait: false });
  await clock.advance(5000);
  assert.equal(await fake.states(), "web:0 STOPPED, web:1 RUNNING");
  assert.notEqual(await fake.pidOf("web:1"), second!.identity.pid);
});
