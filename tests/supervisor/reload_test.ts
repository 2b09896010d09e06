import assert from "node:assert/strict";
import { err } from "../../src/base/result.ts";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

async function planOf(fake: FakeSupervisor): Promise<string[]> {
  const reply = await fake.controller.plan();
  assert.ok(reply.ok);
  return reply.value.plan.changes.map(({ name, change }) => `${name} ${change.kind}`);
}

Deno.test("reload leaves unchanged processes alone", async () => {
  const fake = await new FakeSupervisor([{ name: "web" }, { name: "db" }]).boot();
  const before = await fake.pidOf("web");
  fake.configure([{ name: "web" }, { name: "db", env: { A: "1" } }]);
  assert.deepEqual(await planOf(fake), ["db restart"]);
  await fake.controller.reload();
  await fake.clock.advance(5000);
  assert.equal(await fake.pidOf("web"), before);
  assert.equal(fake.spawner.childOf("db").request.program.env.A, "1");
  assert.equal(await fake.states(), "db RUNNING, web RUNNING");
});

Deno.test("reload takes a live key over without touching the process", async () => {
  const fake = await new FakeSupervisor([{}]).boot();
  const before = await fake.pidOf("web");
  fake.configure([{ stopsignal: "USR1" }]);
  assert.deepEqual(await planOf(fake), ["web update"]);
  await fake.controller.reload();
  assert.equal(await fake.pidOf("web"), before);
  await fake.controller.stop(["web"]);
  assert.deepEqual(fake.spawner.childOf("web").signals[0]?.signal, "USR1");
});

Deno.test("reload adds the highest numbers and removes the highest numbers", async () => {
  const fake = await new FakeSupervisor([{ numprocs: 2 }]).boot();
  const pids = [await fake.pidOf("web:0"), await fake.pidOf("web:1")];
  fake.configure([{ numprocs: 4 }]);
  assert.deepEqual(await planOf(fake), ["web:2 add", "web:3 add"]);
  await fake.controller.reload();
  await fake.clock.advance(5000);
  assert.deepEqual([await fake.pidOf("web:0"), await fake.pidOf("web:1")], pids);
  fake.configure([{ numprocs: 1 }]);
  assert.deepEqual(await planOf(fake), ["web:1 remove", "web:2 remove", "web:3 remove"]);
  await fake.controller.reload();
  await fake.clock.advance(5000);
  assert.equal(await fake.states(), "web RUNNING");
  assert.equal(await fake.pidOf("web"), pids[0]);
});

Deno.test("reload stops and forgets removed programs, and starts new ones", async () => {
  const fake = await new FakeSupervisor([{ name: "old" }]).boot();
  fake.configure([{ name: "new" }, { name: "later", autostart: false }]);
  await fake.controller.reload();
  await fake.clock.advance(5000);
  assert.equal(await fake.states(), "later STOPPED, new RUNNING");
  assert.equal(fake.spawner.living().length, 1);
  assert.deepEqual([...fake.store.load().programs.keys()].toSorted(), ["later", "new"]);
});

Deno.test("reload shows a removed process until nothing of it is left", async () => {
  const fake = new FakeSupervisor([{ name: "old" }, { name: "web" }]);
  fake.spawner.behaviours.set("old", { dieOf: [] });
  await fake.boot();
  fake.configure([{ name: "web" }]);
  await fake.controller.reload();
  assert.equal(await fake.states(), "old STOPPING, web RUNNING");
  const restarted = await fake.controller.start(["old"]);
  assert.equal(restarted.results[0]?.fault?.code, "no_such_process");
  await fake.clock.advance(10_000);
  assert.equal(await fake.states(), "web RUNNING");
});

Deno.test("reload stops what waits for its turn, also when somebody wants to start it", async () => {
  const fake = new FakeSupervisor([{ name: "slow", priority: 2 }, { name: "web", priority: 1 }]);
  fake.spawner.behaviours.set("slow", { dieOf: [] });
  await fake.boot();
  fake.configure([]);
  await fake.controller.reload();
  for (const verb of ["start", "restart"] as const) {
    const { results } = await fake.controller[verb](["web"]);
    assert.equal(results[0]?.fault?.code, "no_such_process");
  }
  await fake.clock.advance(20_000);
  assert.equal(await fake.states(), "");
});

Deno.test("reload takes a process back that is on its way out", async () => {
  const fake = new FakeSupervisor([{ name: "web" }]);
  fake.spawner.behaviours.set("web", { dieOf: [] });
  await fake.boot();
  fake.configure([]);
  await fake.controller.reload();
  fake.configure([{ name: "web" }]);
  await fake.controller.reload();
  await fake.clock.advance(20_000);
  assert.equal(await fake.states(), "web RUNNING");
  assert.equal(fake.spawner.children.length, 2);
});

Deno.test("reload takes back what waits for its turn to stop, as the file has it by now", async () => {
  const slow = { name: "slow", priority: 2 };
  const names = ["same", "changed", "unwanted"];
  const old = names.map((name) => ({ name, priority: 1 }));
  const fake = new FakeSupervisor([slow, ...old]);
  fake.spawner.behaviours.set("slow", { dieOf: [] });
  await fake.boot();
  const same = await fake.pidOf("same");
  fake.configure([]);
  await fake.controller.reload();
  assert.equal(
    await fake.states(),
    "changed RUNNING, same RUNNING, slow STOPPING, unwanted RUNNING",
  );
  const [first, , third] = old;
  fake.configure([
    first!,
    { name: "changed", priority: 1, umask: 0o22 },
    { ...third, autostart: false },
  ]);
  await fake.controller.reload();
  await fake.controller.start(["unwanted"], { wait: false });
  await fake.clock.advance(20_000);
  assert.equal(await fake.states(), "changed RUNNING, same RUNNING, unwanted RUNNING");
  assert.equal(await fake.pidOf("same"), same);
  assert.equal(fake.spawner.childOf("changed").request.program.umask, 0o22);
  assert.equal(fake.spawner.children.length, 6);
});

Deno.test("reload keeps what the operator stopped stopped", async () => {
  const fake = await new FakeSupervisor([{}]).boot();
  await fake.controller.stop(["web"]);
  fake.configure([{ command: ["/bin/cat"] }]);
  assert.deepEqual(await planOf(fake), ["web update_at_rest"]);
  await fake.controller.reload();
  await fake.clock.advance(5000);
  assert.equal(await fake.states(), "web STOPPED");
});

Deno.test("reload tries a FATAL program again when what it needs has changed", async () => {
  const fake = new FakeSupervisor([{ startretries: 0 }]);
  const failure = { stage: "command", message: "no such file" } as const;
  fake.spawner.behaviours.set("web", { failure });
  await fake.boot();
  assert.equal(await fake.states(), "web FATAL");
  fake.spawner.behaviours.delete("web");
  fake.configure([{ startretries: 0, command: ["/bin/cat"] }]);
  await fake.controller.reload();
  await fake.clock.advance(5000);
  assert.equal(await fake.states(), "web RUNNING");
});

Deno.test("reload with a mistake in the file changes nothing and is recorded", async () => {
  const fake = await new FakeSupervisor([{}]).boot();
  const before = await fake.pidOf("web");
  fake.configSource = { read: () => err({ message: "1 error", report: null }) };
  const reply = await fake.controller.reload();
  assert.equal(reply.ok, false);
  assert.equal(await fake.pidOf("web"), before);
  assert.equal(fake.records.at(-1)?.kind, "reload_refused");
});
