/** A start after an orderly end: from the wishes alone. */
import assert from "node:assert/strict";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

Deno.test("boot() after an orderly end starts afresh, but keeps what the operator wished", async () => {
  const programs = [
    { name: "once", autorestart: "never" as const },
    { name: "stopped" },
    { name: "asked", autostart: false },
    { name: "never", autostart: false },
  ];
  const before = await new FakeSupervisor(programs).boot();
  before.spawner.childOf("once").exit({ kind: "code", code: 0 });
  await before.controller.stop(["stopped"]);
  await before.controller.start(["asked"], { wait: false });
  await before.clock.advance(2000);
  await before.controller.shutdown();
  before.store.markClean();
  const after = await new FakeSupervisor(programs, before).boot();
  assert.equal(
    await after.states(),
    "asked RUNNING, never STOPPED, once RUNNING, stopped STOPPED",
  );
});

Deno.test("boot() after an orderly end keeps a wish for what had not had its turn to start", async () => {
  const programs = [
    { name: "last", priority: 3 },
    { name: "second", priority: 2, autostart: false },
    { name: "first", priority: 1, starttimeMs: 5000 },
  ];
  const before = await new FakeSupervisor(programs).boot();
  await before.controller.start(["second"], { wait: false });
  await before.clock.advance(5000);
  await before.controller.shutdown();
  before.store.markClean();
  const waiting = new FakeSupervisor(programs, before);
  void waiting.begin();
  await waiting.clock.advance(1000);
  assert.equal(await waiting.states(), "first STARTING, last STOPPED, second STOPPED");
  await waiting.controller.stop(["last"], { wait: false });
  await waiting.controller.shutdown();
  waiting.store.markClean();
  const after = await new FakeSupervisor(programs, waiting).boot();
  await after.clock.advance(5000);
  assert.equal(await after.states(), "first RUNNING, last STOPPED, second RUNNING");
});

Deno.test("boot() after an orderly end obeys autostart where nobody has said anything else", async () => {
  const programs = (autostart: boolean) => [
    { name: "later", priority: 2, autostart: !autostart },
    { name: "first", priority: 1, starttimeMs: 5000 },
    { name: "waits", priority: 2, autostart },
  ];
  const before = new FakeSupervisor(programs(true));
  void before.begin();
  await before.clock.advance(1000);
  await before.controller.shutdown();
  before.store.markClean();
  const after = await new FakeSupervisor(programs(false), before).boot();
  await after.clock.advance(5000);
  assert.equal(await after.states(), "first RUNNING, later RUNNING, waits STOPPED");
});

Deno.test("boot() after an orderly end notes at once what the operator wished", async () => {
  const programs = [
    { name: "second", priority: 2, autostart: false },
    { name: "first", priority: 1 },
  ];
  const before = await new FakeSupervisor(programs).boot();
  await before.controller.start(["second"], { wait: false });
  await before.clock.advance(2000);
  await before.controller.shutdown();
  before.store.markClean();
  const killed = new FakeSupervisor(programs, before);
  void killed.begin();
  assert.equal(await killed.states(), "first STARTING, second STOPPED");
  const after = await new FakeSupervisor(programs, killed).boot();
  assert.equal(await after.states(), "first RUNNING, second RUNNING");
});

Deno.test("boot() after an orderly end takes nothing that is left for a child, then or later", async () => {
  const programs = [{ name: "stopped" }, { name: "web" }];
  const before = await new FakeSupervisor(programs).boot();
  await before.controller.stop(["stopped"]);
  for (let round = 0; round < 2; round++) {
    before.spawner.childOf("web").exit({ kind: "code", code: 1 });
    await before.clock.advance(5000);
  }
  // As what a child has put into a session of its own lives on, with its name and generation.
  const left = await before.pidOf("web");
  before.store.markClean();
  const next = await new FakeSupervisor(programs, before).boot();
  assert.equal(await next.states(), "stopped STOPPED, web RUNNING");
  const pid = await next.pidOf("web");
  assert.notEqual(pid, left);
  const after = await new FakeSupervisor(programs, next).boot();
  assert.equal(await after.states(), "stopped STOPPED, web RUNNING");
  assert.equal(await after.pidOf("web"), pid);
  assert.ok(!after.records.some(({ kind }) => kind === "note"), JSON.stringify(after.records));
});
