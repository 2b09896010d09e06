import assert from "node:assert/strict";
import type { StoredProcess } from "../../../src/core/stored.ts";
import { StateTable } from "../../../src/sys/files/state_table.ts";
import { makeProgram } from "../../support/make_program.ts";

const BOOT = "a-boot";

function stored(num: number, settings: Partial<StoredProcess> = {}): StoredProcess {
  return {
    ...{ program: "web", num, state: "RUNNING", wish: "up", generation: 1, failedStarts: 0 },
    ...{ quickExits: 0, lastExit: null, child: { pid: 1000 + num, startTicks: 1 } },
    ...{ startsAgain: false, fault: null },
    ...settings,
  };
}

async function inDirectory(test: (path: string) => Promise<void> | void): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await test(`${directory}/state`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function open(path: string, bootId = BOOT, problems: (string | null)[] = []): StateTable {
  return new StateTable({ path, bootId, onProblem: (problem) => problems.push(problem) });
}

Deno.test("StateTable gives back what was saved last, without an orderly end", () =>
  inDirectory((path) => {
    const table = open(path);
    assert.equal(table.load(), null);
    table.savePrograms([makeProgram()]);
    table.saveProcess(stored(0));
    table.saveProcess(stored(1));
    table.saveProcess(stored(0, { state: "STOPPED", child: null }));
    table.forgetProcess("web", 1);
    table.close();
    const again = open(path).load();
    assert.equal(again?.isClean, false);
    assert.deepEqual(again.processes, [stored(0, { state: "STOPPED", child: null })]);
    assert.deepEqual([...again.programs.values()], [makeProgram()]);
  }));

Deno.test("StateTable keeps what it has loaded until it is replaced", () =>
  inDirectory((path) => {
    const first = open(path);
    first.savePrograms([makeProgram()]);
    first.saveProcess(stored(0));
    first.close();
    const second = open(path);
    second.load();
    second.savePrograms([makeProgram()]);
    second.close();
    assert.deepEqual(open(path).load()?.processes, [stored(0)]);
  }));

Deno.test("StateTable takes nothing from another boot", () =>
  inDirectory((path) => {
    const table = open(path);
    table.savePrograms([makeProgram()]);
    table.saveProcess(stored(0));
    table.close();
    assert.equal(open(path, "another-boot").load(), null);
  }));

Deno.test("StateTable passes over a line that was cut off, wherever it was cut", () =>
  inDirectory(async (path) => {
    const table = open(path);
    table.savePrograms([makeProgram()]);
    table.saveProcess(stored(0));
    const before = (await Deno.stat(path)).size;
    table.saveProcess(stored(0, { state: "STOPPED" }));
    table.close();
    const text = await Deno.readTextFile(path);
    for (let end = before; end < text.length - 1; end++) {
      await Deno.writeTextFile(path, text.slice(0, end));
      assert.deepEqual(open(path).load()?.processes, [stored(0)], `cut at ${end}`);
    }
  }));

Deno.test("StateTable says that everything was stopped in order, until the next start", () =>
  inDirectory((path) => {
    const table = open(path);
    table.savePrograms([]);
    table.markClean();
    table.close();
    const next = open(path);
    assert.equal(next.load()?.isClean, true);
    next.savePrograms([]);
    next.close();
    assert.equal(open(path).load()?.isClean, false);
  }));

Deno.test("StateTable does not grow without bound", () =>
  inDirectory(async (path) => {
    const table = open(path);
    table.savePrograms([makeProgram()]);
    for (let generation = 0; generation < 20_000; generation++) {
      table.saveProcess(stored(0, { generation }));
    }
    table.close();
    assert.ok((await Deno.stat(path)).size < 1_000_000);
    assert.equal(open(path).load()?.processes[0]?.generation, 19_999);
  }));

Deno.test("StateTable reports trouble once, and repairs the file when it can be written again", () =>
  inDirectory(async (path) => {
    const problems: (string | null)[] = [];
    const table = open(`${path}/not-there/state`, BOOT, problems);
    table.savePrograms([makeProgram()]);
    table.saveProcess(stored(0));
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", /cannot be written/);
    await Deno.mkdir(`${path}/not-there`, { recursive: true });
    table.saveProcess(stored(1));
    assert.deepEqual(problems.slice(1), [null]);
    table.close();
    const again = open(`${path}/not-there/state`).load();
    assert.deepEqual(again?.processes, [stored(0), stored(1)]);
  }));

Deno.test("StateTable refuses to go on when the file cannot be read", () =>
  inDirectory(async (path) => {
    await Deno.symlink("/etc/passwd", path);
    assert.throws(() => open(path).load(), /cannot be read: .*; remove it only if/);
  }));
