/** What somebody asks for while everything is being stopped for the end of the supervisor. */
import assert from "node:assert/strict";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

/** `app` has its turn to stop first, and both take ten seconds for it. */
async function stubborn(): Promise<FakeSupervisor> {
  const programs = [{ name: "app", priority: 20 }, { name: "db", priority: 10 }];
  const fake = new FakeSupervisor(programs);
  for (const { name } of programs) fake.spawner.behaviours.set(name, { dieOf: [] });
  return await fake.boot();
}

const REQUESTS: Readonly<Record<string, (fake: FakeSupervisor) => Promise<unknown>>> = {
  start: ({ controller }) => controller.start(["db"]),
  stop: ({ controller }) => controller.stop(["db"]),
  restart: ({ controller }) => controller.restart(["db"]),
  "reload without it": (fake) => {
    fake.configure([{ name: "app", priority: 20 }]);
    return fake.controller.reload();
  },
  "reload with another command": (fake) => {
    fake.configure([{ name: "app", priority: 20 }, { name: "db", command: ["new"] }]);
    return fake.controller.reload();
  },
};

Deno.test.each(Object.keys(REQUESTS))(
  "shutdown leaves nothing alive when somebody asks for a %s before a process has had its turn",
  async (request) => {
    const fake = await stubborn();
    let isOver = false;
    void fake.controller.shutdown().finally(() => isOver = true);
    await fake.clock.advance(5000);
    void REQUESTS[request]!(fake);
    for (let waitedMs = 0; waitedMs < 60_000 && !isOver; waitedMs += 500) {
      await fake.clock.advance(500);
    }
    assert.ok(isOver);
    const { processes } = await fake.controller.snapshot();
    assert.deepEqual(processes.filter(({ pid }) => pid !== null), []);
  },
);

Deno.test.each(["start", "restart"] as const)(
  "%s during a shutdown is refused, also to who does not wait",
  async (verb) => {
    const fake = await stubborn();
    void fake.controller.shutdown();
    const { results } = await fake.controller[verb](["db"], { wait: false });
    assert.equal(results[0]?.fault?.code, "shutting_down");
  },
);
