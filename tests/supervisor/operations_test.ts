import assert from "node:assert/strict";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

Deno.test("start() answers when the process is RUNNING, with its pid", async () => {
  const fake = await new FakeSupervisor([{ autostart: false }]).boot();
  let isDone = false;
  const started = fake.controller.start(["web"]).finally(() => isDone = true);
  await fake.clock.advance(999);
  assert.equal(isDone, false);
  await fake.clock.advance(1);
  assert.deepEqual((await started).results, [{ name: "web", fault: null, pid: 1001 }]);
});

Deno.test("start() answers at the first failure, with the reason", async () => {
  const fake = await new FakeSupervisor([{ autostart: false }]).boot();
  const started = fake.controller.start(["web"]);
  fake.spawner.childOf("web").exit({ kind: "code", code: 1 });
  const [result] = (await started).results;
  assert.equal(result?.fault?.code, "exited_too_early");
  assert.match(result?.fault?.message ?? "", /with code 1/);
});

Deno.test("start() of a running process and stop() of a stopped one say so", async () => {
  const fake = await new FakeSupervisor([{ name: "web" }, { name: "db", autostart: false }]).boot();
  const started = await fake.controller.start(["web"]);
  assert.equal(started.results[0]?.fault?.code, "already_started");
  const stopped = await fake.controller.stop(["db"]);
  assert.equal(stopped.results[0]?.fault?.code, "not_running");
});

Deno.test("start() and stop() name selectors that match nothing, and act on the others", async () => {
  const fake = await new FakeSupervisor([{ name: "web", autostart: false, starttimeMs: 0 }]).boot();
  const reply = await fake.controller.start(["wen", "web"]);
  assert.deepEqual(reply.unknown, [{ selector: "wen", suggestion: "web" }]);
  assert.equal(await fake.states(), "web RUNNING");
});

Deno.test("start() waits for the lower priority to be up before it starts the next", async () => {
  const fake = new FakeSupervisor([
    { name: "app", priority: 10 },
    { name: "db", priority: 9, starttimeMs: 3000 },
  ]);
  void fake.begin();
  await fake.clock.advance(2999);
  assert.equal(await fake.states(), "app STOPPED, db STARTING");
  await fake.clock.advance(1);
  assert.equal(await fake.states(), "app STARTING, db RUNNING");
});

Deno.test("start() does not let a program that fails hold up the next priority", async () => {
  const fake = new FakeSupervisor([{ name: "app", priority: 20 }, { name: "db", priority: 10 }]);
  const failure = { stage: "command", message: "no such file" } as const;
  fake.spawner.behaviours.set("db", { failure });
  void fake.begin();
  await fake.clock.advance(10);
  assert.equal(await fake.states(), "app STARTING, db BACKOFF");
});

Deno.test("stop() goes down the priorities, the next when the one before is gone", async () => {
  const fake = new FakeSupervisor([{ name: "app", priority: 20 }, { name: "db", priority: 10 }]);
  fake.spawner.behaviours.set("app", { dieOf: [] });
  await fake.boot();
  void fake.controller.stop(["all"]);
  await fake.clock.advance(5000);
  assert.equal(await fake.states(), "app STOPPING, db RUNNING");
  await fake.clock.advance(5000);
  assert.equal(await fake.states(), "app STOPPED, db STOPPED");
});

Deno.test("stop() of what waits to be tried again ends that", async () => {
  const fake = new FakeSupervisor([{ startretries: 9 }]);
  const failure = { stage: "command", message: "no such file" } as const;
  fake.spawner.behaviours.set("web", { failure });
  void fake.begin();
  assert.equal(await fake.states(), "web BACKOFF");
  const { results } = await fake.controller.stop(["web"]);
  assert.deepEqual(results, [{ name: "web", fault: null, pid: null }]);
  assert.equal(await fake.states(), "web STOPPED");
});

Deno.test("restart() gives a new child and keeps the wish up all the while", async () => {
  const fake = await new FakeSupervisor([{}]).boot();
  const before = await fake.pidOf("web");
  const restarted = fake.controller.restart(["web"]);
  const { processes } = await fake.controller.snapshot();
  assert.equal(processes[0]?.wish, "up");
  await fake.clock.advance(1000);
  assert.equal((await restarted).results[0]?.fault, null);
  assert.notEqual(await fake.pidOf("web"), before);
});

Deno.test("restart() goes on when nobody waits for it", async () => {
  const fake = await new FakeSupervisor([{ name: "a", priority: 1 }, { name: "b" }]).boot();
  await fake.controller.restart(["all"], { wait: false });
  await fake.clock.advance(5000);
  assert.equal(await fake.states(), "a RUNNING, b RUNNING");
  assert.equal(fake.spawner.children.length, 4);
});

Deno.test("a stop that comes while priorities are being started keeps the rest down", async () => {
  const fake = await new FakeSupervisor([
    { name: "app", priority: 20, autostart: false },
    { name: "db", priority: 10, autostart: false },
  ]).boot();
  const started = fake.controller.start(["all"]);
  await fake.clock.advance(500);
  const stopped = fake.controller.stop(["all"]);
  await fake.clock.advance(20_000);
  assert.equal(await fake.states(), "app STOPPED, db STOPPED");
  const codes = (await started).results.map(({ fault }) => fault?.code);
  assert.deepEqual(codes, ["superseded", "superseded"]);
  await stopped;
});

Deno.test("shutdown refuses starts, stops everything and leaves no timer", async () => {
  const fake = await new FakeSupervisor([{ name: "web", numprocs: 3 }, { name: "db" }]).boot();
  await fake.controller.shutdown();
  const reply = await fake.controller.start(["web"]);
  assert.equal(reply.results[0]?.fault?.code, "shutting_down");
  assert.equal(fake.spawner.living().length, 0);
  assert.equal(fake.clock.pending, 0);
  assert.equal(fake.records.at(-1)?.kind, "supervisor_stopped");
});

Deno.test("shutdown keeps what the operator wished for", async () => {
  const fake = await new FakeSupervisor([{ name: "web" }, { name: "db", autostart: false }]).boot();
  await fake.controller.shutdown();
  const { processes } = await fake.controller.snapshot();
  assert.deepEqual(processes.map(({ wish }) => wish), ["down", "up"]);
});

Deno.test("shutdown does not restart what ends while it waits for its turn", async () => {
  const fake = new FakeSupervisor([{ name: "app", priority: 20 }, { name: "db", priority: 10 }]);
  fake.spawner.behaviours.set("app", { dieOf: [] });
  await fake.boot();
  void fake.controller.shutdown();
  fake.spawner.childOf("db").exit({ kind: "code", code: 1 });
  await fake.clock.advance(5000);
  assert.equal(await fake.states(), "app STOPPING, db STOPPED");
  assert.equal(fake.spawner.children.length, 2);
});

Deno.test("shutdown calls off what waits to be started again", async () => {
  const fake = new FakeSupervisor([{ name: "app" }, { name: "bad", startretries: 9 }]);
  const failure = { stage: "command", message: "no such file" } as const;
  fake.spawner.behaviours.set("bad", { failure });
  fake.spawner.behaviours.set("app", { dieOf: [] });
  await fake.boot();
  void fake.controller.shutdown();
  await fake.clock.advance(1000);
  assert.equal(await fake.states(), "app STOPPING, bad STOPPED");
});

Deno.test("shutdown lets no restart under way go on to the start", async () => {
  const settings = { stoptimeMs: 10_000 };
  const fake = new FakeSupervisor([
    { ...settings, name: "app", priority: 20 },
    { ...settings, name: "db", priority: 10, stoptimeMs: 1000 },
  ]);
  for (const name of ["app", "db"]) fake.spawner.behaviours.set(name, { dieOf: [] });
  await fake.boot();
  void fake.controller.restart(["db"]);
  void fake.controller.shutdown();
  await fake.clock.advance(2000);
  assert.equal(await fake.states(), "app STOPPING, db STOPPED");
  assert.equal(fake.spawner.children.length, 2);
});

Deno.test("killEverything() ends a shutdown at once and starts nothing", async () => {
  const fake = new FakeSupervisor([{ name: "app", priority: 20 }, { name: "db", priority: 10 }]);
  fake.spawner.behaviours.set("app", { dieOf: [] });
  await fake.boot();
  const ended = fake.controller.shutdown();
  fake.supervisor.killEverything({ via: "signal", detail: "SIGTERM" });
  await ended;
  assert.equal(await fake.states(), "app STOPPED, db STOPPED");
  assert.equal(fake.spawner.children.length, 2);
  const shown = await fake.controller.snapshot();
  assert.deepEqual(shown.processes.map(({ wish }) => wish), ["up", "up"]);
});
