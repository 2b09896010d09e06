/**
 * What every controller promises its front ends, so that the shell over the socket is the same
 * shell as the one beside the supervisor.
 */
import assert from "node:assert/strict";
import type { Report } from "../../src/base/diagnostic.ts";
import { err } from "../../src/base/result.ts";
import type { JournalRecord } from "../../src/core/record.ts";
import type { Controller, OperationReply } from "../../src/ports/controller.ts";
import type { OutputPiece } from "../../src/ports/output_logs.ts";
import { renderReport } from "../../src/render/diagnostic.ts";
import { FakeOutputLogs } from "../support/fake_output_logs.ts";
import { FakeSupervisor } from "../support/fake_supervisor.ts";
import { makeAlertStatus } from "../support/make_alert_status.ts";

export interface Access {
  readonly controller: Controller;
  dispose(): Promise<void>;
}

interface World {
  readonly controller: Controller;
  readonly supervisor: FakeSupervisor;
  readonly logs: FakeOutputLogs;
  /** Lets time pass for the supervisor until the promise settles. */
  inTime<T>(promise: Promise<T>): Promise<T>;
}

/** What every test begins with: all up but `later`. */
const PROGRAMS = [
  { name: "db" },
  { name: "later", autostart: false },
  { name: "web", numprocs: 2 },
];

const STDOUT = { stream: "stdout", lines: 5 } as const;

const UNKNOWN: OperationReply["unknown"] = [
  { selector: "wbe", suggestion: "web" },
  { selector: "web:7", suggestion: "web:0" },
  { selector: "nothing like it", suggestion: null },
];

const UNKNOWN_SELECTORS = UNKNOWN.map(({ selector }) => selector);

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** "web:0: already_started, web:1: done" */
function outcomes({ results }: OperationReply): string {
  return results.map(({ name, fault }) => `${name}: ${fault?.code ?? "done"}`).join(", ");
}

export function controllerContract(
  name: string,
  reach: (supervisor: FakeSupervisor) => Promise<Access>,
): void {
  function promise(promised: string, test: (world: World) => Promise<void>): void {
    Deno.test(`${name}: ${promised}`, async () => {
      const logs = new FakeOutputLogs();
      const supervisor = await new FakeSupervisor(PROGRAMS, undefined, logs).boot();
      const { controller, dispose } = await reach(supervisor);
      const inTime = async <T>(promise: Promise<T>): Promise<T> => {
        let isSettled = false;
        const settle = () => void (isSettled = true);
        promise.then(settle, settle);
        while (!isSettled) await supervisor.clock.advance(10);
        return await promise;
      };
      try {
        await test({ controller, supervisor, logs, inTime });
      } finally {
        await dispose();
      }
    });
  }

  promise("the use of the machine is told of what runs", async ({ controller, supervisor }) => {
    const usage = { cpuSeconds: 1.5, memoryBytes: 4096, processes: 2 };
    supervisor.usage.set((await supervisor.pidOf("db"))!, usage);
    supervisor.usage.set(4711, usage);
    assert.deepEqual(await controller.usage(), {
      processes: [{ name: "db", ...usage }],
      unknown: [],
    });
    assert.deepEqual((await controller.usage(["web"])).processes, []);
    assert.deepEqual((await controller.usage(UNKNOWN_SELECTORS)).unknown, UNKNOWN);
  });

  promise("a snapshot has all processes, or those that are selected", async (world) => {
    const { controller } = world;
    const { processes, supervisor, unknown } = await controller.snapshot();
    const states = processes.map(({ name, state, wish }) => `${name} ${state} ${wish}`);
    assert.deepEqual(states, [
      "db RUNNING up",
      "later STOPPED down",
      "web:0 RUNNING up",
      "web:1 RUNNING up",
    ]);
    assert.deepEqual(processes, (await world.supervisor.controller.snapshot()).processes);
    const { uptimeMs, ...identity } = supervisor;
    assert.equal(typeof uptimeMs, "number");
    assert.deepEqual(identity, {
      pid: 1,
      version: "0.0.0",
      user: "test",
      config: "/etc/taskmaster.yaml",
      shuttingDown: false,
    });
    assert.deepEqual(unknown, []);
    for (
      const [selectors, wanted] of [
        [["web:1"], ["web:1"]],
        [["w*", "db"], ["db", "web:0", "web:1"]],
        [["web:*"], ["web:0", "web:1"]],
        [["all"], ["db", "later", "web:0", "web:1"]],
      ] as const
    ) {
      const { processes } = await controller.snapshot(selectors);
      assert.deepEqual(processes.map(({ name }) => name).sort(), wanted);
    }
  });

  promise("selectors that match nothing are named, and the others are served", async (world) => {
    const { controller, logs, inTime } = world;
    const selectors = [...UNKNOWN_SELECTORS, "db"];
    logs.set("db:0.stdout", { bytes: bytesOf("up\n") });
    const following = await controller.followOutput(selectors, STDOUT, () => {});
    following.end();
    const answers = [
      await controller.snapshot(selectors),
      await controller.start(selectors, { wait: false }),
      await inTime(controller.start(selectors)),
      await inTime(controller.stop(selectors)),
      await inTime(controller.restart(selectors)),
      await controller.signal(selectors, "HUP"),
      await controller.clear(selectors),
      await controller.tail(selectors, STDOUT),
      following,
    ];
    for (const { unknown } of answers) assert.deepEqual(unknown, UNKNOWN);
    assert.deepEqual(following.names, ["db"]);
  });

  promise("start waits until each process is up and gives its pid", async (world) => {
    const { controller, supervisor, inTime } = world;
    const { results } = await inTime(controller.start(["later"]));
    const pid = await supervisor.pidOf("later");
    assert.notEqual(pid, null);
    assert.deepEqual(results, [{ name: "later", fault: null, pid }]);
    assert.match(await supervisor.states(), /later RUNNING/);
    const again = await controller.start(["later", "web"]);
    assert.equal(
      outcomes(again),
      "later: already_started, web:0: already_started, web:1: already_started",
    );
  });

  promise("start tells why a process did not come up", async (world) => {
    const { controller, supervisor, inTime } = world;
    const message = 'no such file: "/nowhere"';
    supervisor.spawner.behaviours.set("later", { failure: { stage: "command", message } });
    const reply = await inTime(controller.start(["later"]));
    assert.equal(outcomes(reply), "later: spawn_failed");
    assert.ok(reply.results[0]?.fault?.message.includes(message));
    assert.match(await supervisor.states(), /later BACKOFF/);
  });

  promise("without waiting start, stop and restart answer at once", async (world) => {
    const { controller, supervisor } = world;
    const before = await supervisor.pidOf("db");
    const now = supervisor.clock.now();
    const noWait = { wait: false };
    const done = { fault: null, pid: null };
    assert.deepEqual((await controller.start(["later"], noWait)).results, [
      { name: "later", ...done },
    ]);
    assert.deepEqual((await controller.stop(["web:0"], noWait)).results, [
      { name: "web:0", ...done },
    ]);
    assert.deepEqual((await controller.restart(["db"], noWait)).results, [{ name: "db", ...done }]);
    assert.equal(supervisor.clock.now(), now);
    await supervisor.clock.advance(5000);
    assert.equal(
      await supervisor.states(),
      "db RUNNING, later RUNNING, web:0 STOPPED, web:1 RUNNING",
    );
    assert.notEqual(await supervisor.pidOf("db"), before);
  });

  promise("stop waits until nothing is left, also of what ignores the signal", async (world) => {
    const { controller, supervisor, inTime } = world;
    supervisor.spawner.behaviours.set("db", { dieOf: [] });
    await inTime(controller.restart(["db"]));
    const child = supervisor.spawner.childOf("db");
    const reply = await inTime(controller.stop(["db", "later"]));
    assert.equal(outcomes(reply), "db: done, later: not_running");
    assert.equal(child.isGroupAlive, false);
    assert.deepEqual(child.signals.map(({ signal }) => signal), ["TERM", "KILL"]);
  });

  promise("restart replaces the children of all that are selected", async (world) => {
    const { controller, supervisor, inTime } = world;
    const before = [await supervisor.pidOf("web:0"), await supervisor.pidOf("web:1")];
    const { results } = await inTime(controller.restart(["web"]));
    const after = [await supervisor.pidOf("web:0"), await supervisor.pidOf("web:1")];
    assert.deepEqual(
      results.map(({ fault, pid }) => [fault, pid]),
      after.map((pid) => [null, pid]),
    );
    for (const pid of before) assert.equal(after.includes(pid), false);
  });

  promise("a signal goes to leaders that run", async (world) => {
    const { controller, supervisor, inTime } = world;
    supervisor.spawner.behaviours.set("web", { refuse: ["USR1"] });
    await inTime(controller.restart(["web:0"]));
    const { identity: { pid }, signals } = supervisor.spawner.childOf("db");
    const refused = supervisor.spawner.childOf("web:0").identity.pid;
    const reply = await controller.signal(["db", "later", "web:0"], "USR1");
    assert.deepEqual(reply.results, [
      { name: "db", fault: null, pid },
      { name: "later", fault: { code: "not_running", message: "not running" }, pid: null },
      {
        name: "web:0",
        fault: { code: "signal_refused", message: "operation not permitted (EPERM)" },
        pid: refused,
      },
    ]);
    assert.deepEqual(signals, [{ signal: "USR1", target: "leader" }]);
  });

  promise("tail gives bytes as they are, and what is wrong with them", async (world) => {
    const { controller, logs } = world;
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    logs.set("web:1.stderr", { bytes, problem: "the disk is full" });
    const { tails } = await controller.tail(["web"], { stream: "stderr", lines: 17 });
    assert.equal(logs.askedLines, 17);
    assert.deepEqual(tails, [
      { name: "web:0", bytes: new Uint8Array(), problem: null },
      { name: "web:1", bytes, problem: "the disk is full" },
    ]);
  });

  promise("output is followed from its last lines on until it is ended", async (world) => {
    const { controller, logs } = world;
    logs.set("web:0.stdout", { bytes: bytesOf("before\n") });
    logs.refuse("db:0.stdout", "its output is discarded");
    const seen = new Seen<readonly [string, OutputPiece]>();
    const following = await controller.followOutput(
      ["web", "db"],
      STDOUT,
      (name, piece) => seen.add([name, piece]),
    );
    assert.deepEqual(following.names, ["web:0", "web:1"]);
    const reason = "its output is discarded";
    assert.deepEqual(following.refused, [{ name: "db", reason }]);
    assert.equal(logs.askedLines, 5);
    const pieces: OutputPiece[] = [
      { kind: "bytes", bytes: Uint8Array.of(0, 255, 10) },
      { kind: "gap", bytes: 4096 },
      { kind: "lost", bytes: 7, reason: "the disk is full" },
    ];
    for (const piece of pieces) await logs.tell("web:1.stdout", piece);
    await seen.count(4);
    assert.deepEqual(seen.all[0], ["web:0", { kind: "bytes", bytes: bytesOf("before\n") }]);
    assert.deepEqual(seen.all.slice(1), pieces.map((piece) => ["web:1", piece]));
    following.end();
    assert.equal(await following.ended, null);
    await logs.until(() => logs.followers === 0);
    await logs.tell("web:1.stdout", { kind: "gap", bytes: 1 });
    assert.equal(seen.all.length, 4);
  });

  promise("a follower is not called again while it is busy", async (world) => {
    const { controller, logs } = world;
    const seen = new Seen<string>();
    const gate = Promise.withResolvers<void>();
    const following = await controller.followOutput(["db"], STDOUT, async (_name, piece) => {
      seen.add(piece.kind === "bytes" ? text(piece.bytes) : piece.kind);
      await gate.promise;
    });
    const told = ["one", "two"].map((word) =>
      logs.tell("db:0.stdout", { kind: "bytes", bytes: bytesOf(word) })
    );
    await seen.count(1);
    // A request of its own overtakes nothing that was already on its way.
    await controller.snapshot();
    assert.deepEqual(seen.all, ["one"]);
    gate.resolve();
    await Promise.all(told);
    await seen.count(2);
    assert.deepEqual(seen.all, ["one", "two"]);
    following.end();
    await following.ended;
  });

  promise("following nothing ends when it is told to", async (world) => {
    const { controller, logs } = world;
    logs.refuse("db:0.stdout", "its output is discarded");
    const following = await controller.followOutput(["db", "wbe"], STDOUT, () => {});
    assert.deepEqual(following.names, []);
    assert.equal(following.refused.length, 1);
    assert.equal(following.unknown.length, 1);
    let hasEnded = false;
    void following.ended.then(() => hasEnded = true);
    await controller.snapshot();
    await controller.snapshot();
    assert.equal(hasEnded, false);
    following.end();
    assert.equal(await following.ended, null);
  });

  promise("clear empties both logs, or says why it cannot", async (world) => {
    const { controller, logs } = world;
    logs.refuse("db:0.stderr", "permission denied (EACCES)");
    const { results } = await controller.clear(["db", "web:1"]);
    assert.deepEqual(results.map(({ fault }) => fault), [
      { code: "output_refused", message: "permission denied (EACCES)" },
      null,
    ]);
    assert.deepEqual(logs.cleared.sort(), ["db:0.stdout", "web:1.stderr", "web:1.stdout"]);
  });

  promise("plan shows what reload then does", async (world) => {
    const { controller, supervisor } = world;
    supervisor.configure([{ name: "db", priority: 1 }, { name: "web", numprocs: 3 }]);
    const planned = await controller.plan();
    assert.ok(planned.ok);
    const { changes } = planned.value.plan;
    assert.deepEqual(changes.map(({ name, change }) => `${change.kind} ${name}`), [
      "update db",
      "remove later",
      "add web:2",
    ]);
    assert.match(await supervisor.states(), /^db RUNNING, later STOPPED, web:0/);
    assert.deepEqual(await controller.reload(), planned);
    await supervisor.clock.advance(2000);
    assert.equal(
      await supervisor.states(),
      "db RUNNING, web:0 RUNNING, web:1 RUNNING, web:2 RUNNING",
    );
  });

  promise(
    "a file with a mistake is refused with its report, and changes nothing",
    async (world) => {
      const { controller, supervisor } = world;
      const report: Report = {
        source: { path: "conf.yaml", text: "a: 1\r\nwbe: {cmd: 👍 x}\npassword: secret\n" },
        diagnostics: [{
          severity: "error",
          code: "unknown_key",
          message: 'unknown key "wbe"',
          span: { start: 6, end: 9 },
          related: { message: "first defined here", span: { start: 0, end: 1 } },
          help: 'did you mean "web"?',
        }],
      };
      supervisor.configSource = { read: () => err({ message: "1 mistake", report }) };
      const look = { width: 80, colour: false };
      const before = await supervisor.states();
      for (const answer of [await controller.plan(), await controller.reload()]) {
        assert.ok(!answer.ok && answer.error.report !== null);
        assert.equal(answer.error.message, "1 mistake");
        assert.equal(renderReport(answer.error.report, look), renderReport(report, look));
      }
      const message = 'cannot read configuration "conf.yaml": no such file (ENOENT)';
      const unreadable = err({ message, report: null });
      supervisor.configSource = { read: () => unreadable };
      assert.deepEqual(await controller.reload(), unreadable);
      assert.equal(await supervisor.states(), before);
    },
  );

  promise(
    "past records are given oldest first, at most so many, of those selected",
    async (world) => {
      const { controller, supervisor } = world;
      const kinds = (records: readonly JournalRecord[]) =>
        records.map(({ process, kind }) => `${process} ${kind}`);
      const ofDb = await controller.records({ selectors: ["db"] });
      assert.deepEqual(kinds(ofDb), ["db started", "db running"]);
      assert.deepEqual(ofDb, supervisor.records.filter(({ process }) => process === "db"));
      const newest = await controller.records({ selectors: ["db", "web:1"], limit: 2 });
      assert.deepEqual(kinds(newest), ["db running", "web:1 running"]);
      assert.deepEqual(await controller.records({ selectors: ["wbe"] }), []);
      const all = await controller.records({});
      assert.deepEqual(all, supervisor.records.filter(({ kind }) => kind !== "request"));
      assert.deepEqual(await controller.records({ limit: 0 }), []);
      const started = all.filter(({ level }) => level !== "debug");
      assert.ok(started.length > 0 && started.length < all.length);
      assert.deepEqual(await controller.records({ level: "info" }), started);
      assert.deepEqual(await controller.records({ level: "info", limit: 1 }), started.slice(-1));
    },
  );

  promise("records are followed in order until it is ended", async (world) => {
    const { controller, supervisor, inTime } = world;
    const seen = new Seen<JournalRecord>();
    const following = controller.follow((record) => seen.add(record));
    // Over a socket it has begun when its first record comes.
    while (seen.all.length === 0) {
      await controller.snapshot();
      supervisor.note("is anybody there?");
      await supervisor.clock.advance(1);
    }
    await inTime(controller.restart(["db"]));
    supervisor.note("last");
    const isLast = (record: JournalRecord) => record.kind === "note" && record.message === "last";
    await seen.until((all) => all.some(isLast));
    const first = seen.all[0]!.seq;
    assert.deepEqual(seen.all, supervisor.records.filter(({ seq }) => seq >= first));
    following.end();
    assert.equal(await following.ended, null);
    const before = seen.all.length;
    supervisor.note("after the end");
    await controller.snapshot();
    assert.equal(seen.all.length, before);
  });

  promise("shutdown answers when everything is stopped", async (world) => {
    const { controller, supervisor, inTime } = world;
    await inTime(controller.shutdown());
    assert.deepEqual(supervisor.spawner.living(), []);
  });

  promise("settings are those that hold, without the values of variables", async (world) => {
    const { controller, supervisor } = world;
    supervisor.configure([{ name: "db", env: { PASSWORD: "hunter2", GONE: null } }]);
    assert.ok((await controller.reload()).ok);
    const settings = await controller.settings();
    assert.equal(settings.path, "/etc/taskmaster.yaml");
    assert.equal(settings.taskmaster.stateDir, "/nowhere/state");
    const [db] = settings.programs;
    assert.equal(db?.name, "db");
    assert.deepEqual(db?.env, { PASSWORD: "(hidden)", GONE: null });
    assert.equal(JSON.stringify(settings).includes("hunter2"), false);
    assert.deepEqual(settings, await supervisor.controller.settings());
  });

  promise("alerts are told of and tested, all or one by its name", async (world) => {
    const { controller, supervisor } = world;
    const hook = makeAlertStatus({ name: "hook", problem: "no such host" });
    supervisor.alerts.push(makeAlertStatus(), hook);
    assert.deepEqual(await controller.alerts(), supervisor.alerts);
    const all = await controller.testAlerts();
    assert.deepEqual(all.results.map(({ name, failure }) => [name, failure]), [
      ["oncall", null],
      ["hook", "no such host"],
    ]);
    assert.equal(all.unknown, null);
    assert.equal((await controller.testAlerts("hook")).results.length, 1);
    const { results, unknown } = await controller.testAlerts("hok");
    assert.deepEqual(results, []);
    assert.notEqual(unknown, null);
  });

  promise("an upgrade that cannot be is refused with a sentence", async ({ controller }) => {
    assert.deepEqual(await controller.upgrade(), err("there is nothing to upgrade to here"));
    const named = await controller.upgrade("/nowhere/taskmaster");
    assert.deepEqual(named, err("there is nothing to upgrade to here"));
  });
}

/** What a listener was told, for those who wait for it. */
class Seen<T> {
  readonly all: T[] = [];
  #wake: () => void = () => {};

  add(item: T): void {
    this.all.push(item);
    this.#wake();
  }

  async until(condition: (all: readonly T[]) => boolean): Promise<void> {
    while (!condition(this.all)) await new Promise<void>((resolve) => this.#wake = resolve);
  }

  count(count: number): Promise<void> {
    return this.until(({ length }) => length >= count);
  }
}
