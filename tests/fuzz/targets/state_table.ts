/**
 * The state table: whatever it says, a start works, and nobody who is not our child is taken for one.
 * Nothing is ever started here, so nobody is.
 */
import { processId } from "../../../src/core/name.ts";
import type { ChildIdentity } from "../../../src/core/stored.ts";
import type { StoredTable } from "../../../src/ports/state_store.ts";
import { boot } from "../../../src/supervisor/boot.ts";
import { adopt } from "../../../src/sys/process/adopt.ts";
import { bootId, readStat } from "../../../src/sys/process/proc_stat.ts";
import { StateTable } from "../../../src/sys/files/state_table.ts";
import { FakeSupervisor } from "../../support/fake_supervisor.ts";
import { makeConfiguration, makeProgram } from "../../support/make_program.ts";
import { expect, type FuzzTarget } from "../target.ts";

/** In the corpus: the boot of the day, which is another one. */
const ANY_BOOT = "00000000-0000-0000-0000-000000000000";
const MINUTE_MS = 60_000;
const PROGRAMS = [makeProgram({ name: "web", numprocs: 2 }), makeProgram({ name: "db" })];

export function open(): Promise<FuzzTarget> {
  const directory = Deno.makeTempDirSync({ prefix: "taskmaster_fuzz_" });
  const path = `${directory}/state`;
  return Promise.resolve({
    pieces: [...PIECES, ...strangers().map((child) => JSON.stringify(child))],
    isJson: true,
    async run(input) {
      const text = new TextDecoder().decode(input).replaceAll(ANY_BOOT, bootId());
      Deno.writeTextFileSync(path, text);
      const problems: string[] = [];
      const table = new StateTable({
        path,
        bootId: bootId(),
        onProblem: (problem) => problem !== null && problems.push(problem),
      });
      const stored = table.load();
      expectNobodyTaken(stored, directory);
      await expectWorks(stored);
      // What was loaded can be written, and is the same then.
      table.savePrograms(stored?.programs.values() ?? []);
      const again = new StateTable({ path, bootId: bootId(), onProblem: () => {} }).load();
      table.close();
      expect(
        (again?.processes.length ?? 0) === (stored?.processes.length ?? 0),
        "it is kept whole",
      );
      const states = stored?.processes.map(({ state }) => state) ?? ["none"];
      return `${stored?.isClean} ${problems.length} ${[...new Set(states)].sort()}`;
    },
    close: () => Deno.remove(directory, { recursive: true }),
  });
}

const PIECES = [
  ...['{"clean":true}', '{"forget":"web:0"}', '{"process":null}', '{"program":{}}', '"STOPPING"'],
  ...[
    '"RUNNING"',
    '"STARTING"',
    '"FATAL"',
    '"BACKOFF"',
    '"EXITED"',
    '"up"',
    '"down"',
    "9999",
    "10000",
  ],
  ...['{"pid":0,"startTicks":0}', '{"pid":-1,"startTicks":0}', '{"pid":1,"startTicks":1}'],
  ...['{"pid":1e9,"startTicks":1e9}', '{"code":"spawn_failed","message":"x"}', '"KILL"'],
];

/** With their right start times: process 1, we, who started us, and others of this machine. */
function strangers(): ChildIdentity[] {
  const pids = [1, 2, Deno.pid, Deno.ppid, ...someProcesses()];
  return pids.flatMap((pid) => {
    const stat = readStat(pid);
    return stat === null ? [] : [{ pid, startTicks: stat.startTicks }];
  });
}

function someProcesses(): number[] {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name));
  return pids.filter((pid) => pid > 2).slice(0, 30);
}

function expectNobodyTaken(stored: StoredTable | null, stateDir: string): void {
  for (const { child, num, program, generation } of stored?.processes ?? []) {
    const settings = stored?.programs.get(program) ?? makeProgram({ name: program });
    const request = { program: settings, num, generation, processName: processId(program, num) };
    const adopted = adopt(stateDir, request, child, { onExit: () => {}, onReleased: () => {} });
    adopted?.child?.release();
    const pid = child?.pid ?? 0;
    expect(
      (adopted?.child ?? null) === null || isLeaderWithoutToken(pid),
      `process ${pid} was taken for a child`,
    );
  }
}

/** Who leads a session, began at that very moment of this boot and has no token may be ours. */
function isLeaderWithoutToken(pid: number): boolean {
  return pid > 1 && pid !== Deno.pid && readStat(pid)?.session === pid;
}

async function expectWorks(stored: StoredTable | null): Promise<void> {
  const fake = new FakeSupervisor(PROGRAMS);
  const begun = boot(fake.supervisor, makeConfiguration(PROGRAMS), stored);
  await fake.clock.advance(MINUTE_MS);
  await Promise.race([begun, Promise.resolve()]);
  const { processes } = await fake.controller.snapshot(["web", "db"]);
  expect(processes.length === 3, "what is configured is there");
  const all = (await fake.controller.snapshot()).processes.length;
  expect(all === 3, `${all} processes, of which 3 are configured`);
}
