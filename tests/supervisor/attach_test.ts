import assert from "node:assert/strict";
import type { AttachPiece } from "../../src/ports/attachment.ts";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

const OPTIONS = { columns: 80, rows: 24, isReadOnly: false, limitsSize: true };

async function attach(fake: FakeSupervisor, name = "web") {
  const told: string[] = [];
  const listener = (piece: AttachPiece) => {
    if (piece.kind === "record") told.push(piece.record.kind);
    if (piece.kind === "end") told.push(piece.reason);
  };
  const attached = await fake.controller.attach(name, OPTIONS, listener);
  return { told, attached, fault: attached.ok ? null : attached.error };
}

Deno.test("attach() refuses what cannot be attached, and says why", async () => {
  const fake = await new FakeSupervisor([
    { name: "web", tty: true, autostart: false },
    { name: "many", tty: true, numprocs: 2 },
    { name: "plain" },
  ]).boot();
  const codes = await Promise.all(
    ["web", "many", "plain", "wep"].map(async (name) => (await attach(fake, name)).fault),
  );
  assert.deepEqual(codes, [
    { code: "not_running", message: "not running" },
    { code: "several_processes", message: "these are 2 processes; name one, such as many:0" },
    { code: "no_terminal", message: 'plain has no terminal: its program does not say "tty: true"' },
    { code: "no_such_process", message: 'no such process; did you mean "web"?' },
  ]);
  assert.ok((await attach(fake, "many:1")).attached.ok);
  assert.deepEqual([...fake.terminals.attached], ["many 1"]);
});

Deno.test("attach() goes on through exits and restarts, and tells of them", async () => {
  const fake = await new FakeSupervisor([{ tty: true, autorestart: "always" }]).boot();
  const { told } = await attach(fake);
  fake.spawner.childOf("web").exit({ kind: "code", code: 3 });
  await fake.clock.advance(5000);
  assert.deepEqual(told, ["exited", "started"]);
  void fake.controller.restart(["web"]);
  await fake.clock.advance(5000);
  assert.deepEqual(told.slice(2), ["exited", "started"]);
  assert.equal(fake.terminals.attached.size, 1);
});

Deno.test("attach() goes on through a restart of several priorities", async () => {
  const fake = await new FakeSupervisor([
    { name: "web", tty: true, priority: 1 },
    { name: "db", priority: 2 },
  ]).boot();
  const { told } = await attach(fake);
  void fake.controller.restart(["all"]);
  await fake.clock.advance(5000);
  assert.deepEqual(told, ["exited", "stopped", "started"]);
});

Deno.test("attach() ends when the process is stopped", async () => {
  const fake = await new FakeSupervisor([{ tty: true }]).boot();
  const { told } = await attach(fake);
  await fake.controller.stop(["web"]);
  assert.deepEqual(told, ["exited", "stopped", "process_ended"]);
  void fake.controller.start(["web"]);
  await fake.clock.advance(5000);
  assert.equal(told.length, 3);
});

Deno.test("attach() ends when the process has done its work, or is given up", async () => {
  const fake = await new FakeSupervisor([
    { name: "web", tty: true },
    { name: "db", tty: true, startretries: 0, starttimeMs: 60_000 },
  ]).boot();
  const [web, db] = [await attach(fake, "web"), await attach(fake, "db")];
  fake.spawner.childOf("web").exit({ kind: "code", code: 0 });
  fake.spawner.childOf("db").exit({ kind: "code", code: 1 });
  await fake.clock.advance(100);
  assert.deepEqual(web.told, ["exited", "process_ended"]);
  assert.deepEqual(db.told, ["exited", "fatal", "process_ended"]);
});

Deno.test("attach() ends with the supervisor's processes, whatever is wished for", async () => {
  const fake = await new FakeSupervisor([{ tty: true }]).boot();
  const { told } = await attach(fake);
  await fake.controller.shutdown();
  assert.deepEqual(told, ["exited", "stopped", "process_ended"]);
});

Deno.test("attach() tells nothing of other processes, and nothing after its end", async () => {
  const fake = await new FakeSupervisor([{ tty: true }, { name: "db" }]).boot();
  const { told, attached } = await attach(fake);
  await fake.controller.stop(["db"]);
  assert.ok(attached.ok);
  attached.value.end();
  await fake.controller.stop(["web"]);
  assert.deepEqual(told, []);
});
