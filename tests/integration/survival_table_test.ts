/** State tables that do not tell the truth, and taskmasters that must not share one. */
import assert from "node:assert/strict";
import { isAlive } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { crash, liveChildren, startAgain } from "../support/taskmaster_crash.ts";

const WEB = "web: {cmd: sleep 1000, starttime: 0}";

/** Rewrites the lines of the table, each an object. */
async function editTable(
  { place }: Taskmaster,
  edit: (line: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const path = `${place.stateDir}/state`;
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
  const edited = lines.map((line) => JSON.stringify(edit(JSON.parse(line))));
  await Deno.writeTextFile(path, edited.join("\n") + "\n");
}

/** A process of somebody else, of the same user and also named sleep; not one of the place. */
async function withStranger(test: (pid: number) => Promise<void>): Promise<void> {
  const stranger = new Deno.Command("sleep", { args: ["1000"], stdin: "null", detached: true })
    .spawn();
  try {
    await test(stranger.pid);
    assert.ok(isAlive(stranger.pid));
  } finally {
    stranger.kill("SIGKILL");
    await stranger.status;
  }
}

Deno.test("a table of another boot is ignored", async () => {
  await withStranger(async (stranger) => {
    await using tm = await startTaskmaster({ programs: WEB });
    const { pid } = await tm.next("web", "running");
    await crash(tm);
    Deno.kill(pid, "SIGKILL"); // a reboot leaves no process
    await tm.until(() => !isAlive(pid));
    await editTable(tm, (line) => {
      if ("boot" in line) return { ...line, boot: crypto.randomUUID() };
      // Of this boot it would be taken back.
      return withChild(line, { pid: stranger, startTicks: startTicksOf(stranger) });
    });
    await using next = await startAgain(tm);
    const running = await next.next("web", "running");
    assert.notEqual(running.pid, stranger);
    assert.deepEqual(next.kindsOf("web"), ["started", "running"]);
    await next.end();
  });
});

Deno.test("a process that merely has a pid of the table is left alone", async () => {
  await withStranger(async (stranger) => {
    await using tm = await startTaskmaster({ programs: WEB });
    const { pid } = await tm.next("web", "running");
    await crash(tm);
    Deno.kill(pid, "SIGKILL");
    await tm.until(() => !isAlive(pid));
    await editTable(tm, (line) => withChild(line, { pid: stranger }));
    await using next = await startAgain(tm);
    const running = await next.next("web", "running");
    assert.notEqual(running.pid, stranger);
    assert.deepEqual(liveChildren(tm.place).get("web"), [running.pid]);
    assert.ok(!next.kindsOf("web").includes("adopted"));
    await next.end();
  });
});

/** Programs and processes of the table that must not be believed, whatever the rest says. */
const HOSTILE_PIDS = [0, 1, -1, 2, 4_194_304, 2 ** 31, 2 ** 32 + 1, 1e300, "1", null];

Deno.test("whatever pids a table has, nobody who is not ours is signalled or taken for ours", async () => {
  await withStranger(async (stranger) => {
    await using tm = await startTaskmaster({
      programs: `web: {cmd: sleep 1000, starttime: 0, numprocs: 2}`,
    });
    const pids = [(await tm.next("web:0", "running")).pid, (await tm.next("web:1", "running")).pid];
    await crash(tm);
    for (const pid of pids) Deno.kill(pid, "SIGKILL");
    await tm.until(() => !pids.some(isAlive));
    const path = `${tm.place.stateDir}/state`;
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    const pattern = lines.findLast((line) => line.includes('"child":{'))!;
    const { process } = JSON.parse(pattern);
    // In STOPPING the first thing that is done is to signal.
    const hostile = [...HOSTILE_PIDS, stranger, Deno.pid].map((pid, num) => {
      const startTicks = typeof pid === "number" && isAlive(pid) ? startTicksOf(pid) - 1 : 1;
      const child = { pid, startTicks };
      return JSON.stringify({ process: { ...process, num, state: "STOPPING", child } });
    });
    const torn = ['{"process":null}', '{"program":{}}', "null", '"x"', "[]", "\0\0\0", '{"process'];
    await Deno.writeTextFile(path, [...lines, ...hostile, ...torn, ""].join("\n"));
    await using next = await startAgain(tm);
    await next.waitFor([["web:0", "started"], ["web:0", "running"]]);
    // One that was killed is there until somebody collects it.
    const taken = next.log.flatMap((record) => record.kind === "adopted" ? [record.pid] : []);
    assert.deepEqual(taken.filter((pid) => !pids.includes(pid)), [], next.describe());
    assert.ok(
      next.log.some((record) =>
        record.kind === "note" && record.message.includes("the state table was damaged")
      ),
    );
    await next.end();
  });
});

/** Field 22 of /proc/PID/stat; the name in front of it has no space. */
function startTicksOf(pid: number): number {
  return Number(Deno.readTextFileSync(`/proc/${pid}/stat`).split(" ")[21]);
}

function asJustStarting(line: Record<string, unknown>): Record<string, unknown> {
  const process = line.process as { state: string } | undefined;
  return process ? { process: { ...process, state: "STARTING", child: null } } : line;
}

function withChild(
  line: Record<string, unknown>,
  change: Record<string, unknown>,
): Record<string, unknown> {
  const process = line.process as { child: Record<string, unknown> | null } | undefined;
  if (!process?.child) return line;
  return { process: { ...process, child: { ...process.child, ...change } } };
}

Deno.test("a child that was started but not noted any more is found and taken back", async () => {
  await using tm = await startTaskmaster({
    programs: "web: {cmd: [sh, -c, 'sleep 1000 & sleep 999'], starttime: 0, numprocs: 2}",
  });
  const names = ["web:0", "web:1"];
  const pids: number[] = [];
  for (const name of names) pids.push((await tm.next(name, "running")).pid);
  await crash(tm);
  // As if it had been killed right after the start of the children.
  await editTable(tm, asJustStarting);
  await using next = await startAgain(tm);
  for (const [index, name] of names.entries()) {
    assert.equal((await next.next(name, "adopted")).pid, pids[index]);
    assert.deepEqual(liveChildren(tm.place).get(name), [pids[index]]);
    assert.ok(!next.kindsOf(name).includes("started"));
  }
  await next.end();
});

Deno.test("without a table what a program has put into a session of its own is left alone without a word", async () => {
  await using tm = await startTaskmaster({
    programs: "web: {cmd: [sh, -c, 'setsid sleep 1001 & exec sleep 1000'], starttime: 0}",
  });
  const { pid } = await tm.next("web", "running");
  await tm.until(() => liveChildren(tm.place).get("web")?.length === 2);
  const [other] = liveChildren(tm.place).get("web")!.filter((each) => each !== pid);
  await crash(tm);
  await Deno.remove(`${tm.place.stateDir}/state`);
  await using next = await startAgain(tm);
  assert.equal((await next.next("web", "adopted")).pid, pid);
  const notes = next.log.map((record) => JSON.stringify(record));
  assert.deepEqual(notes.filter((note) => /second copy/.test(note)), [], next.describe());
  assert.ok(isAlive(other!));
  Deno.kill(other!, "SIGKILL");
  await next.until(() => !isAlive(other!));
  await next.end();
});

Deno.test("a table that was cut off in the middle of a line is read as far as it goes", async () => {
  await using tm = await startTaskmaster({ programs: WEB });
  const { pid } = await tm.next("web", "running");
  await crash(tm);
  const path = `${tm.place.stateDir}/state`;
  await Deno.writeTextFile(path, '{"process":{"program":"we', { append: true });
  await using next = await startAgain(tm);
  assert.equal((await next.next("web", "adopted")).pid, pid);
  await next.end();
});

Deno.test("a second taskmaster with the same pidfile is refused with the first's pid", async () => {
  const pidfile = (tm?: Taskmaster) => `pidfile: ${tm?.place.out ?? "out"}/taskmaster.pid`;
  await using tm = await startTaskmaster({ programs: WEB, daemon: pidfile() });
  const { pid } = await tm.next("web", "running");
  const before = await Deno.readTextFile(`${tm.place.stateDir}/state`);
  const records = tm.log.length;
  // With a state directory of its own.
  await using second = await startTaskmaster({ programs: WEB, daemon: pidfile(tm) });
  assert.notEqual(await second.ended(), 0);
  assert.match(second.stderr(), new RegExp(`^taskmaster: another taskmaster \\(pid ${tm.pid}\\) `));
  assert.deepEqual([...liveChildren(second.place)], []);
  assert.deepEqual([...liveChildren(tm.place)], [["web", [pid]]]);
  assert.equal(await Deno.readTextFile(`${tm.place.out}/taskmaster.pid`), `${tm.pid}\n`);
  assert.equal(await Deno.readTextFile(`${tm.place.stateDir}/state`), before);
  assert.equal(tm.log.length, records);
  await tm.end();
});

Deno.test("a second one on the same state directory does not disturb output or log", async () => {
  const counts = `[sh, -c, 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done']`;
  await using tm = await startTaskmaster({ programs: `count: {cmd: ${counts}, starttime: 0}` });
  await tm.until(() => tm.output("count").length > 50);
  const records = tm.log.length;
  await using second = await startAgain(tm);
  assert.notEqual(await second.ended(), 0);
  assert.match(second.stderr(), new RegExp(`\\(pid ${tm.pid}\\)`));
  const counted = tm.output("count").length;
  await tm.until(() => tm.output("count").length > counted + 100);
  assert.equal(tm.log.length, records);
  await tm.end();
  const lines = tm.output("count").trimEnd().split("\n");
  assert.deepEqual(lines, lines.map((_, index) => String(index + 1)));
});
