/**
 * What the system refuses behind the ports: what the supervisor does then, what the operator is told,
 * that the others do not suffer, and that all is well when the fault has gone away. The texts are
 * those of the real ports, which tests/contract and tests/integration/shortage_test.ts have.
 */
import assert from "node:assert/strict";
import type { ProcessSnapshot } from "../../src/core/snapshot.ts";
import type { SpawnFailure } from "../../src/ports/spawner.ts";
import { FakeOutputLogs } from "../support/fake_output_logs.ts";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

const SPAWN_FAULTS: Readonly<Record<string, SpawnFailure>> = {
  EAGAIN: {
    stage: "exec",
    message:
      'cannot start: cannot posix_spawn "/bin/web": resource temporarily unavailable (EAGAIN)',
  },
  ENOMEM: {
    stage: "exec",
    message: 'cannot start: cannot posix_spawn "/bin/web": not enough memory (ENOMEM)',
  },
  EMFILE: {
    stage: "exec",
    message: "cannot start: cannot open a pidfd of process 7: too many open files (EMFILE)",
  },
  ENOSPC: {
    stage: "stdout",
    message: 'cannot mkfifo "/run/fifo/web.0.stdout": no space left on device (ENOSPC)',
  },
  EIO: {
    stage: "stdout",
    message: 'cannot open "/var/log/web.log": i/o error (EIO)',
  },
};

async function shown(fake: FakeSupervisor, name: string): Promise<ProcessSnapshot> {
  const { processes } = await fake.controller.snapshot();
  const found = processes.find((process) => process.name === name);
  assert.ok(found);
  return found;
}

function kindsOf(fake: FakeSupervisor, process: string): string[] {
  return fake.records.filter((record) => record.process === process).map(({ kind }) => kind);
}

for (const [code, failure] of Object.entries(SPAWN_FAULTS)) {
  Deno.test(`${code} on a start: it is tried again later, and the others do not wait`, async () => {
    const fake = new FakeSupervisor([{ name: "web" }, { name: "db" }]);
    fake.spawner.behaviours.set("web", { failure });
    void fake.begin();
    await fake.clock.advance(1500);
    assert.equal(await fake.states(), "db RUNNING, web BACKOFF");
    assert.equal((await shown(fake, "web")).reason, failure.message);
    const told = fake.records.filter(({ kind }) => kind === "spawn_failed");
    assert.deepEqual(told.map((record) => "reason" in record && record.reason), [
      failure.message,
      failure.message,
    ]);
    fake.spawner.behaviours.delete("web");
    await fake.clock.advance(5000);
    const web = await shown(fake, "web");
    assert.deepEqual([web.state, web.failedStarts, web.reason], ["RUNNING", 0, null]);
    assert.equal(fake.spawner.living().length, 2);
  });
}

Deno.test("a fault that outlasts all retries makes FATAL, and a start afterwards works", async () => {
  const fake = new FakeSupervisor([{ name: "web", startretries: 2 }]);
  fake.spawner.behaviours.set("web", { failure: SPAWN_FAULTS.EAGAIN! });
  await fake.boot();
  assert.equal(await fake.states(), "web FATAL");
  assert.match((await shown(fake, "web")).reason ?? "", /EAGAIN/);
  assert.equal(fake.clock.pending, 0);
  fake.spawner.behaviours.delete("web");
  void fake.controller.start(["web"]);
  await fake.clock.advance(2000);
  assert.equal(await fake.states(), "web RUNNING");
});

Deno.test("a fault in the middle of a restart does not cost the wish", async () => {
  const fake = await new FakeSupervisor([{ name: "web" }]).boot();
  fake.spawner.behaviours.set("web", { failure: SPAWN_FAULTS.EMFILE! });
  void fake.controller.restart(["web"]);
  await fake.clock.advance(500);
  const web = await shown(fake, "web");
  assert.deepEqual([web.state, web.wish], ["BACKOFF", "up"]);
  fake.spawner.behaviours.delete("web");
  await fake.clock.advance(5000);
  assert.equal(await fake.states(), "web RUNNING");
});

Deno.test("ESRCH: a stop of what has just ended waits for the news of its end, and is no trouble", async () => {
  const fake = await new FakeSupervisor([{ name: "web" }]).boot();
  const child = fake.spawner.childOf("web");
  // The kernel has it no more; the news is on its way.
  child.isGroupAlive = false;
  const stopped = fake.controller.stop(["web"]);
  await fake.clock.advance(100);
  assert.deepEqual(child.signals, []);
  child.exit({ kind: "code", code: 0 });
  await fake.clock.advance(100);
  assert.deepEqual((await stopped).results, [{ name: "web", fault: null, pid: null }]);
  assert.deepEqual(kindsOf(fake, "web").slice(-3), ["stopping", "exited", "stopped"]);
});

Deno.test("EPERM on the stop signal alone: SIGKILL ends it after stoptime", async () => {
  const fake = new FakeSupervisor([{ name: "web", stoptimeMs: 3000 }]);
  fake.spawner.behaviours.set("web", { refuse: ["TERM"] });
  await fake.boot();
  void fake.controller.stop(["web"]);
  await fake.clock.advance(2900);
  assert.match((await shown(fake, "web")).reason ?? "", /^signal TERM refused: .*EPERM/);
  await fake.clock.advance(200);
  assert.equal(await fake.states(), "web STOPPED");
  assert.deepEqual(kindsOf(fake, "web").slice(-5), [
    ...["stopping", "signal_refused", "killing", "exited", "stopped"],
  ]);
});

Deno.test("EPERM on SIGKILL: it is said once, tried again, and done when it is allowed", async () => {
  const fake = new FakeSupervisor([{ name: "web", stoptimeMs: 3000 }, { name: "db" }]);
  const behaviour = { refuse: ["TERM", "KILL"] as ("TERM" | "KILL")[] };
  fake.spawner.behaviours.set("web", behaviour);
  await fake.boot();
  void fake.controller.stop(["web"]);
  await fake.clock.advance(60_000);
  const web = await shown(fake, "web");
  assert.deepEqual([web.state, web.wish], ["STOPPING", "down"]);
  assert.match(web.reason ?? "", /^signal KILL refused: operation not permitted \(EPERM\)$/);
  const told = kindsOf(fake, "web").filter((kind) => /signal_refused|killing/.test(kind));
  assert.deepEqual(told, ["signal_refused", "killing", "signal_refused"]);
  assert.equal(fake.spawner.living().length, 2); // and none was started beside it
  fake.spawner.childOf("db").exit({ kind: "code", code: 1 });
  await fake.clock.advance(3000);
  assert.equal(await fake.states(), "db RUNNING, web STOPPING");
  behaviour.refuse.length = 0;
  await fake.clock.advance(10_000);
  assert.equal(await fake.states(), "db RUNNING, web STOPPED");
});

Deno.test("EIO and ENOSPC on a log: status shows what is lost and why, until it is over", async () => {
  const logs = new FakeOutputLogs();
  const fake = await new FakeSupervisor([{ name: "web" }], undefined, logs).boot();
  for (const code of ["EIO", "ENOSPC"]) {
    const reason = `cannot write to "/var/log/web.log": (${code})`;
    logs.lose("web:0.stdout", { bytes: 100, reason });
    logs.lose("web:0.stderr", { bytes: 11, reason: null });
    const { outputLost, outputTrouble, state } = await shown(fake, "web");
    assert.deepEqual([outputLost, outputTrouble, state], [111, reason, "RUNNING"]);
  }
  logs.lose("web:0.stdout", { bytes: 120, reason: null });
  const { outputLost, outputTrouble } = await shown(fake, "web");
  assert.deepEqual([outputLost, outputTrouble], [131, null]);
});

Deno.test("EMFILE while children are taken back: the start fails as a whole, and starts nothing", async () => {
  const before = await new FakeSupervisor([{ name: "web" }, { name: "db" }]).boot();
  const after = new FakeSupervisor([{ name: "web" }, { name: "db" }], before);
  const error = new Error("cannot open a pidfd of process 7: too many open files (EMFILE)");
  after.spawner.adoptionError = error;
  await assert.rejects(after.begin(), error);
  assert.equal(after.spawner.children.length, 2);
  after.spawner.adoptionError = null;
  const next = await new FakeSupervisor([{ name: "web" }, { name: "db" }], after).boot();
  assert.equal(await next.states(), "db RUNNING, web RUNNING");
  assert.equal(next.spawner.children.length, 2);
});
