/** A supervisor that ended in the middle of something, and those after it. */
import assert from "node:assert/strict";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

Deno.test("boot() stops what a reload took back to be down and had not come to", async () => {
  const slow = { name: "slow", priority: 2 };
  const web = { name: "web", priority: 1 };
  const before = new FakeSupervisor([slow, web]);
  before.spawner.behaviours.set("slow", { dieOf: [] });
  await before.boot();
  const files = [[], [{ ...slow, autostart: false }, { ...web, autostart: false }]];
  for (const file of files) {
    before.configure(file);
    await before.controller.reload();
  }
  assert.equal(await before.states(), "slow STOPPING, web RUNNING");
  before.spawner.behaviours.clear();
  const after = await new FakeSupervisor(files[1]!, before).boot();
  await after.clock.advance(20_000);
  assert.equal(await after.states(), "slow STOPPED, web STOPPED");
  assert.equal(after.spawner.living().length, 0);
});

Deno.test("boot() after an orderly end owes nothing of the reload that it came in the way of", async () => {
  const programs = [{ name: "second", priority: 2 }, { name: "first", priority: 1 }];
  const changed = programs.map((program) => ({ ...program, umask: 0o22 }));
  const before = await new FakeSupervisor(programs).boot();
  before.configure(changed);
  await before.controller.reload();
  await before.clock.advance(500);
  assert.equal(await before.states(), "first STARTING, second STOPPED");
  await before.controller.shutdown();
  before.store.markClean();
  const after = new FakeSupervisor(changed, before);
  void after.begin();
  await after.controller.reload();
  assert.equal(await after.states(), "first STARTING, second STOPPED");
});

Deno.test("boot() replaces what the one before had found to be outdated when it ended", async () => {
  const changed = [{ name: "web", umask: 0o22 }];
  const before = await new FakeSupervisor([{ name: "web" }]).boot();
  const failed = new FakeSupervisor(changed, before);
  failed.spawner.adoptionError = new Error("too many open files");
  await assert.rejects(failed.begin(), /too many open files/);
  failed.spawner.adoptionError = null;
  const after = await new FakeSupervisor(changed, failed).boot();
  assert.equal(await after.states(), "web RUNNING");
  assert.equal(after.spawner.childOf("web").request.program.umask, 0o22);
});

Deno.test("boot() does not note for a moment that what was being restarted is up", async () => {
  const before = new FakeSupervisor([{}]);
  before.spawner.behaviours.set("web", { dieOf: [] });
  await before.boot();
  void before.controller.restart(["web"]);
  const after = new FakeSupervisor([{}], before);
  const noted: string[] = [];
  const { store } = after;
  const save = store.saveProcess.bind(store);
  store.saveProcess = (process) => {
    noted.push(process.state);
    save(process);
  };
  void after.begin();
  assert.ok(noted.length > 0 && noted.every((state) => state === "STOPPING"), noted.join());
});

Deno.test("boot() starts nothing before its turn that is to be replaced", async () => {
  const programs = [
    { name: "app", priority: 20, startretries: 9 },
    { name: "db", priority: 10 },
  ];
  const before = new FakeSupervisor(programs);
  const failure = { stage: "command", message: "no such file" } as const;
  before.spawner.behaviours.set("app", { failure });
  await before.boot();
  assert.equal(await before.states(), "app BACKOFF, db RUNNING");
  before.spawner.behaviours.clear();
  const changed = programs.map((program) => ({ ...program, umask: 0o22 }));
  const after = new FakeSupervisor(changed, before);
  void after.begin();
  await after.clock.advance(500);
  assert.equal(await after.states(), "app STOPPED, db STARTING");
  await after.clock.advance(5000);
  assert.equal(await after.states(), "app RUNNING, db RUNNING");
});

Deno.test("boot() does not start what was stopped to be replaced before its turn has come", async () => {
  const programs = [{ name: "app", priority: 20 }, { name: "db", priority: 10 }];
  const changed = programs.map((program) => ({ ...program, umask: 0o22 }));
  const before = new FakeSupervisor(programs);
  for (const { name } of programs) before.spawner.behaviours.set(name, { dieOf: [] });
  await before.boot();
  void before.controller.restart(["app"]);
  before.configure(changed);
  await before.controller.reload();
  before.spawner.childOf("app").exit({ kind: "code", code: 0 });
  await before.clock.advance(0);
  assert.equal(await before.states(), "app STOPPED, db STOPPING");
  const after = new FakeSupervisor(changed, before);
  void after.begin();
  await after.clock.advance(500);
  assert.equal(await after.states(), "app STOPPED, db STOPPING");
  await after.clock.advance(20_000);
  assert.equal(await after.states(), "app RUNNING, db RUNNING");
});
