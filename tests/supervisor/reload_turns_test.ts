/** What becomes of the processes that a reload removes until it is their turn to stop. */
import assert from "node:assert/strict";
import type { Program } from "../../src/core/program.ts";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

const SLOW = { name: "slow", priority: 2, stoptimeMs: 10_000 };
const FIRST = { priority: 1, stoptimeMs: 10_000 };

/** With one of priority 2 that takes ten seconds to stop, and was removed with all the others. */
async function removed(others: readonly Partial<Program>[]): Promise<FakeSupervisor> {
  const fake = new FakeSupervisor([SLOW, ...others]);
  fake.spawner.behaviours.set("slow", { dieOf: [] });
  const failure = { stage: "command", message: "no such file" } as const;
  fake.spawner.behaviours.set("bad", { failure });
  await fake.boot();
  await reload(fake, []);
  return fake;
}

async function reload(fake: FakeSupervisor, programs: readonly Partial<Program>[]): Promise<void> {
  fake.configure(programs);
  assert.ok((await fake.controller.reload()).ok);
}

Deno.test("reload removes at once what is not up, and takes nothing of it for what comes", async () => {
  const bad = { ...FIRST, name: "bad", startretries: 0 };
  const fake = await removed([bad, { ...FIRST, name: "idle", autostart: false }]);
  assert.equal(await fake.states(), "slow STOPPING");
  await reload(fake, [{ ...bad, autostart: false }]);
  assert.equal(await fake.states(), "bad STOPPED, slow STOPPING");
});

Deno.test("reload lets nothing be started any more that waits for its turn to stop", async () => {
  const fake = await removed([
    { ...FIRST, name: "bad", startretries: 9 },
    { ...FIRST, name: "web", autorestart: "always" },
  ]);
  assert.equal(await fake.states(), "slow STOPPING, web RUNNING");
  fake.spawner.childOf("web").exit({ kind: "code", code: 1 });
  await fake.clock.advance(1000);
  assert.equal(await fake.states(), "slow STOPPING");
  assert.equal(fake.spawner.children.length, 2);
});

Deno.test("reload lets a restart of what it removes not go on to the start", async () => {
  const fake = new FakeSupervisor([SLOW, { ...FIRST, name: "web", stoptimeMs: 1000 }]);
  for (const name of ["slow", "web"]) fake.spawner.behaviours.set(name, { dieOf: [] });
  await fake.boot();
  void fake.controller.restart(["web"]);
  await reload(fake, []);
  await fake.clock.advance(2000);
  assert.equal(await fake.states(), "slow STOPPING");
  assert.equal(fake.spawner.children.length, 2);
});

Deno.test("reload does not stop what has the name of what ended before its turn to stop", async () => {
  const web = { ...FIRST, name: "web" };
  const fake = await removed([web]);
  fake.spawner.childOf("web").exit({ kind: "code", code: 0 });
  await reload(fake, [web]);
  await fake.clock.advance(20_000);
  assert.equal(await fake.states(), "web RUNNING");
});

Deno.test("stop() does not reach what has the name of what ended before its turn", async () => {
  const web = { ...FIRST, name: "web" };
  const fake = await removed([web]);
  void fake.controller.stop(["all"]);
  fake.spawner.childOf("web").exit({ kind: "code", code: 0 });
  await reload(fake, [web]);
  await fake.clock.advance(20_000);
  assert.equal(await fake.states(), "web RUNNING");
});

Deno.test("start() of what runs on until a reload stops it keeps it up", async () => {
  const web = { ...FIRST, name: "web", autostart: false };
  const fake = new FakeSupervisor([SLOW, web]);
  fake.spawner.behaviours.set("slow", { dieOf: [] });
  await fake.boot();
  await fake.controller.start(["web"], { wait: false });
  await fake.clock.advance(1000);
  await reload(fake, []);
  await reload(fake, [{ ...SLOW, autostart: false }, web]);
  assert.equal((await fake.controller.snapshot()).processes[1]?.wish, "down");
  const { results } = await fake.controller.start(["web"]);
  assert.equal(results[0]?.fault?.code, "already_started");
  await fake.clock.advance(20_000);
  assert.equal(await fake.states(), "slow STOPPED, web RUNNING");
  assert.equal((await fake.controller.snapshot()).processes[1]?.wish, "up");
});

Deno.test("reload replaces the child of what it takes back, if an earlier one had not come to it", async () => {
  const web = { ...FIRST, name: "web" };
  const fake = new FakeSupervisor([SLOW, web]);
  fake.spawner.behaviours.set("slow", { dieOf: [] });
  await fake.boot();
  const changed = { ...web, umask: 0o22 };
  await reload(fake, [{ ...SLOW, umask: 0o22 }, changed]);
  await reload(fake, []);
  assert.equal(await fake.states(), "slow STOPPING, web RUNNING");
  await reload(fake, [changed]);
  await fake.clock.advance(20_000);
  assert.equal(await fake.states(), "web RUNNING");
  assert.equal(fake.spawner.childOf("web").request.program.umask, 0o22);
});

Deno.test("reload leaves alone what has got a new child before its turn to be replaced", async () => {
  const web = { ...FIRST, name: "web" };
  const fake = new FakeSupervisor([SLOW, web]);
  fake.spawner.behaviours.set("slow", { dieOf: [] });
  await fake.boot();
  await reload(fake, [SLOW, web].map((program) => ({ ...program, umask: 0o22 })));
  fake.spawner.childOf("web").exit({ kind: "code", code: 1 });
  await fake.clock.advance(9500);
  assert.equal(await fake.states(), "slow STOPPING, web RUNNING");
  const pid = await fake.pidOf("web");
  await fake.clock.advance(20_000);
  assert.equal(await fake.states(), "slow RUNNING, web RUNNING");
  assert.equal(await fake.pidOf("web"), pid);
  assert.deepEqual(fake.spawner.living().map(({ request }) => request.program.umask), [18, 18]);
});

Deno.test("start replaces the child that waits for a reload to do so", async () => {
  const web = { ...FIRST, name: "web" };
  const fake = new FakeSupervisor([SLOW, web]);
  fake.spawner.behaviours.set("slow", { dieOf: [] });
  await fake.boot();
  await reload(fake, [SLOW, web].map((program) => ({ ...program, umask: 0o22 })));
  const reply = fake.controller.start(["all"]);
  await fake.clock.advance(20_000);
  assert.deepEqual((await reply).results.map(({ fault }) => fault), [null, null]);
  assert.equal(await fake.states(), "slow RUNNING, web RUNNING");
  assert.deepEqual(fake.spawner.living().map(({ request }) => request.program.umask), [18, 18]);
});

Deno.test("reload starts the next priority when what was replaced before its turn is up", async () => {
  const web = { ...FIRST, name: "web", starttimeMs: 5000 };
  const fake = new FakeSupervisor([SLOW, web]);
  fake.spawner.behaviours.set("slow", { dieOf: [] });
  await fake.boot();
  await reload(fake, [SLOW, web].map((program) => ({ ...program, umask: 0o22 })));
  await fake.clock.advance(8000);
  fake.spawner.childOf("web").exit({ kind: "code", code: 1 });
  await fake.clock.advance(4000);
  assert.equal(await fake.states(), "slow STOPPED, web STARTING");
  await fake.clock.advance(1500);
  assert.equal(await fake.states(), "slow STARTING, web RUNNING");
});

Deno.test("reload is not undone by the removal before it that was not come to", async () => {
  const web = { ...FIRST, name: "web" };
  const hog = { ...FIRST, name: "hog", numprocs: 3, autostart: false };
  const fake = await new FakeSupervisor([web, hog]).boot();
  // Each start takes longer than what is done at one go, so what is asked for meanwhile has to wait.
  fake.spawner.behaviours.set("hog", { meanwhile: () => fake.clock.hold(20) });
  void fake.controller.start(["hog"]);
  await reload(fake, [hog]);
  await reload(fake, [web, hog]);
  const wishes: string[] = [];
  const { store } = fake;
  const save = store.saveProcess.bind(store);
  store.saveProcess = (process) => {
    if (process.program === "web") wishes.push(process.wish);
    save(process);
  };
  await fake.clock.advance(5000);
  assert.ok(!wishes.includes("down"), wishes.join());
  assert.equal(store.load().processes.find(({ program }) => program === "web")?.wish, "up");
  assert.equal(await fake.pidOf("web"), 1001);
});
