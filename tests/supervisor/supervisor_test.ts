import assert from "node:assert/strict";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

Deno.test("Supervisor starts what is to be started and says when it is RUNNING", async () => {
  const fake = await new FakeSupervisor([{ name: "web" }, { name: "db", autostart: false }]).boot();
  assert.equal(await fake.states(), "db STOPPED, web RUNNING");
  assert.deepEqual(fake.history(), ["web started", "web running"]);
});

Deno.test("Supervisor names the processes of a program with numprocs by number", async () => {
  const fake = await new FakeSupervisor([{ name: "web", numprocs: 3 }]).boot();
  assert.equal(await fake.states(), "web:0 RUNNING, web:1 RUNNING, web:2 RUNNING");
  const names = fake.spawner.children.map(({ request }) => request.processName);
  assert.deepEqual(names, ["web:0", "web:1", "web:2"]);
});

Deno.test("Supervisor replaces a child that was killed without waiting", async () => {
  const fake = await new FakeSupervisor([{}]).boot();
  const before = await fake.pidOf("web");
  fake.spawner.childOf("web").exit({ kind: "signal", signal: "KILL" });
  assert.notEqual(await fake.pidOf("web"), before);
  assert.equal(await fake.states(), "web STARTING");
  await fake.clock.advance(1000);
  assert.equal(await fake.states(), "web RUNNING");
});

Deno.test("Supervisor gives up on a program that cannot be run and keeps the reason", async () => {
  const fake = new FakeSupervisor([{}]);
  const failure = { stage: "command", message: 'no such file: "/nope"' } as const;
  fake.spawner.behaviours.set("web", { failure });
  await fake.boot();
  await fake.clock.advance(10_000);
  const { processes } = await fake.controller.snapshot();
  assert.equal(processes[0]?.state, "FATAL");
  assert.equal(processes[0]?.reason, 'no such file: "/nope"');
  const attempts = fake.history().filter((line) => line === "web spawn_failed").length;
  assert.equal(attempts, 4);
  assert.equal(fake.clock.pending, 0);
});

Deno.test("Supervisor never has two children for one process, even when the group lingers", async () => {
  const fake = await new FakeSupervisor([{}]).boot();
  fake.spawner.behaviours.set("web", { leavesGroup: true, dieOf: [] });
  await fake.controller.restart(["web"], { wait: false });
  await fake.clock.advance(20_000);
  assert.equal(fake.spawner.living().length, 1);
  fake.spawner.childOf("web").exit({ kind: "code", code: 1 });
  await fake.clock.advance(5000);
  assert.equal(await fake.states(), "web STOPPING");
  assert.equal(fake.spawner.living().length, 1);
  fake.spawner.childOf("web").endGroup();
  await fake.clock.advance(2000);
  assert.equal(await fake.states(), "web RUNNING");
  assert.equal(fake.spawner.living().length, 1);
});

Deno.test("Supervisor kills what ignores its stop signal after stoptime", async () => {
  const fake = new FakeSupervisor([{ stoptimeMs: 3000 }]);
  fake.spawner.behaviours.set("web", { dieOf: [] });
  await fake.boot();
  const child = fake.spawner.childOf("web");
  const stopped = fake.controller.stop(["web"]);
  await fake.clock.advance(2999);
  assert.equal(await fake.states(), "web STOPPING");
  assert.deepEqual(child.signals, [{ signal: "TERM", target: "group" }]);
  await fake.clock.advance(1);
  assert.deepEqual(child.signals.at(-1), { signal: "KILL", target: "group" });
  assert.deepEqual((await stopped).results, [{ name: "web", fault: null, pid: null }]);
  assert.equal(await fake.states(), "web STOPPED");
});

Deno.test("Supervisor shows a stop that the system refuses", async () => {
  const fake = new FakeSupervisor([{ stoptimeMs: 3000 }]);
  fake.spawner.behaviours.set("web", { refuse: ["TERM", "KILL"] });
  await fake.boot();
  void fake.controller.stop(["web"]);
  await fake.clock.advance(5000);
  const { processes } = await fake.controller.snapshot();
  assert.equal(processes[0]?.state, "STOPPING");
  assert.match(processes[0]?.reason ?? "", /KILL refused: operation not permitted/);
});

Deno.test("Supervisor goes on when one process meets a bug", async () => {
  const fake = await new FakeSupervisor([{ name: "web" }, { name: "db" }]).boot();
  const [web] = fake.supervisor.table.select(["web"]).entries;
  assert.ok(web);
  fake.supervisor.send(web.id, { kind: "group_ended", generation: 1 });
  assert.match(JSON.stringify(fake.records.at(-1)), /internal error: .*cannot happen/);
  fake.spawner.childOf("db").exit({ kind: "code", code: 1 });
  await fake.clock.advance(2000);
  assert.equal(await fake.states(), "db RUNNING, web RUNNING");
});

Deno.test("Supervisor takes an end for early although it is busy until after starttime", async () => {
  const early = { name: "early", starttimeMs: 1000, startretries: 0, priority: 1 };
  const fake = new FakeSupervisor([early, { name: "slow", priority: 1 }]);
  fake.spawner.behaviours.set("slow", {
    meanwhile() {
      fake.spawner.childOf("early").exit({ kind: "code", code: 1 });
      fake.clock.hold(5000);
    },
  });
  await fake.boot();
  assert.deepEqual(fake.history().filter((line) => line.startsWith("early")), [
    "early started",
    "early exited",
    "early fatal",
  ]);
  const exited = fake.records.find(({ kind }) => kind === "exited");
  assert.equal(exited?.kind === "exited" && exited.uptimeMs, 0);
});
