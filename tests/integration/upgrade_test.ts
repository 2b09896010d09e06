/** `upgrade`: taskmaster becomes its successor, and the programs do not notice. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { shell } from "../programs/commands.ts";
import { writeBroken } from "../support/broken_executable.ts";
import { childEnvironment } from "../support/child_environment.ts";
import { differenceFrom, loggedBytes } from "../support/log_files.ts";
import { isAlive, statOf } from "../support/proc.ts";
import { type StartOptions, startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { readIfThere } from "../support/taskmaster_log.ts";
import { isRoot, tryKill } from "../support/taskmaster_place.ts";
import { ask, prompt, type } from "../support/taskmaster_shell.ts";

const COUNTS = shell("i=0; while :; do i=$((i+1)); echo $i; sleep 0.005; done");
const LIMIT_MS = 40_000;

function start(
  programs: string,
  options: Pick<StartOptions, "daemon" | "env"> = {},
): Promise<Taskmaster> {
  return startTaskmaster({
    ...options,
    programs,
    stdin: "pty",
    terminal: { rows: 50, cols: 400 },
    // Somebody who was root first cannot load the modules again from root's cache.
    ...(isRoot ? { as: "nobody" as const } : {}),
  });
}

/** How often the log says that a taskmaster has started. */
function starts(tm: Taskmaster): number {
  return tm.log.filter(({ kind }) => kind === "supervisor_started").length;
}

async function upgrade(tm: Taskmaster): Promise<void> {
  const before = starts(tm);
  await type(tm, "upgrade");
  await tm.until(() => starts(tm) > before, LIMIT_MS);
  await prompt(tm);
}

function assertCounted(text: string): void {
  const lines = text.split("\n").slice(0, -1).map(Number);
  assert.deepEqual(lines, lines.map((_, index) => index + 1));
}

Deno.test("three upgrades in a row: the same pids, and a program counts on without a gap", async () => {
  await using tm = await start(`
    count: {cmd: ${COUNTS}, starttime: 0}
    db: {cmd: sleep 1000, starttime: 0}
  `);
  const { pid } = await tm.next("count", "running");
  const db = await tm.next("db", "running");
  for (let round = 0; round < 3; round++) {
    const counted = tm.output("count").length;
    await upgrade(tm);
    await tm.until(() => tm.output("count").length > counted + 100);
    assert.match(await ask(tm, "pid"), new RegExp(`^${tm.pid}$`, "m"));
    assert.match(await ask(tm, "pid count"), new RegExp(`^${pid}$`, "m"));
  }
  assert.equal(statOf(pid)?.parent, tm.pid);
  assert.deepEqual(tm.childrenOf(), [pid, db.pid].sort((a, b) => a - b));
  const ofCount = tm.kindsOf("count");
  assert.deepEqual(ofCount, ["started", "running", "adopted", "adopted", "adopted"]);
  await tm.end();
  assertCounted(tm.output("count"));
});

Deno.test("what taskmaster started for itself before an upgrade leaves no zombie when it ends", async () => {
  await using tm = await start("web: {cmd: sleep 1000, starttime: 0}");
  await tm.next("web", "running");
  await upgrade(tm);
  const holder = () => {
    const text = readIfThere(join(tm.place.stateDir, "holder"));
    return (JSON.parse(text) as { pid: number }).pid;
  };
  const before = holder();
  tryKill(before, "SIGKILL");
  await tm.until(() => holder() !== before);
  assert.equal(statOf(before), undefined);
  await tm.end();
});

Deno.test("an upgrade finds the variable of a token again, and programs still do not", async () => {
  await using tm = await start("web: {cmd: sleep 1000, starttime: 0}", {
    daemon: 'http: {listen: "127.0.0.1:0", tokens: {ci: {token_env: CI_TOKEN}}}',
    env: { CI_TOKEN: "0123456789abcdef" },
  });
  await tm.next("web", "running");
  await upgrade(tm);
  const after = tm.now;
  await type(tm, "restart web");
  const { pid } = await tm.next("web", "started", { after });
  assert.equal((await childEnvironment(tm, pid)).CI_TOKEN, undefined);
  await prompt(tm);
  await tm.end();
});

Deno.test("numbers written at full speed through an upgrade are all there, once, in order", async () => {
  // About 100 MB in bursts, as often as it takes to have some on each side of the upgrade.
  const numbers = (between: string) => `for i in $(seq 25); do seq 600000; ${between} done`;
  const settings = "starttime: 0, autorestart: never, stdout_maxbytes: 1MB, stdout_backups: 200";
  await using tm = await start(`count: {cmd: ${shell(numbers("sleep 0.1;"))}, ${settings}}`);
  const log = `${tm.place.directory}/log/count-0.stdout.log`;
  await tm.until(() => (loggedBytes(log) ?? 0) > 5_000_000);
  await upgrade(tm);
  const { exit } = await tm.next("count", "exited", { limitMs: LIMIT_MS });
  assert.deepEqual(exit, { kind: "code", code: 0 });
  assert.ok(tm.kindsOf("count").includes("adopted"), "it was done before the upgrade");
  await tm.end();
  assert.equal(await differenceFrom(numbers(""), log), "");
});

Deno.test("exit codes of children are still exact after an upgrade", async () => {
  const waits = (code: number) =>
    shell(
      `while [ ! -e out/go ]; do sleep 0.05; done; ${code < 0 ? "kill -9 $$" : `exit ${code}`}`,
    );
  const never = "starttime: 0, autorestart: never, workingdir: .";
  await using tm = await start(`
    seven: {cmd: ${waits(7)}, ${never}}
    zero: {cmd: ${waits(0)}, ${never}}
    killed: {cmd: ${waits(-1)}, ${never}}
  `);
  for (const name of ["seven", "zero", "killed"]) await tm.next(name, "running");
  await upgrade(tm);
  await Deno.writeTextFile(`${tm.place.out}/go`, "");
  const exitOf = async (name: string) => (await tm.next(name, "exited")).exit;
  assert.deepEqual(await exitOf("seven"), { kind: "code", code: 7 });
  assert.deepEqual(await exitOf("zero"), { kind: "code", code: 0 });
  assert.deepEqual(await exitOf("killed"), { kind: "signal", signal: "KILL" });
  assert.deepEqual(tm.childrenOf(), []);
  await tm.end();
});

Deno.test("an upgrade that cannot be changes nothing and says why", async () => {
  const programs = "web: {cmd: sleep 1000, starttime: 0}";
  await using tm = await start(programs);
  const { pid } = await tm.next("web", "running");
  assert.match(
    await ask(tm, "upgrade /bin/false"),
    /^not upgraded: \/bin\/false does not come up \(code 1\)$/m,
  );
  assert.match(
    await ask(tm, "upgrade /no/such/file"),
    /^not upgraded: \/no\/such\/file cannot be run: .*$/m,
  );
  await tm.rewriteConfig("web: {cmd: sleep 1000, starttim: 0}");
  const refused = await ask(tm, "upgrade");
  assert.match(refused, /^not upgraded: .* does not come up \(code \d+\): .*conf\.yaml:\d+:\d+: /m);
  assert.match(refused, /unknown key "starttim"/);
  assert.ok(isAlive(pid));
  assert.equal(starts(tm), 1);
  assert.deepEqual(tm.kindsOf("web"), ["started", "running"]);
  // It is the same taskmaster, and it works: also the next upgrade, when the mistake is mended.
  await tm.rewriteConfig(programs);
  await upgrade(tm);
  assert.deepEqual(tm.kindsOf("web"), ["started", "running", "adopted"]);
  assert.deepEqual(tm.childrenOf(), [pid]);
  await tm.end();
});

async function makeBroken(tm: Taskmaster, end: string): Promise<string> {
  const path = `${tm.place.out}/broken`;
  await writeBroken(path, end);
  return path;
}

/** Awaits the old program that takes over again, and ends it. */
async function endAfterFailure(tm: Taskmaster, before: number): Promise<void> {
  const started = await tm.until(
    () => starts(tm) > before && tm.log.findLast(({ kind }) => kind === "supervisor_started"),
    LIMIT_MS,
  );
  const pid = started.kind === "supervisor_started" ? started.pid : 0;
  assert.notEqual(pid, tm.pid);
  await tm.until(() => tm.kindsOf("web").includes("adopted"));
  Deno.kill(pid, "SIGTERM");
  await tm.until(() => tm.log.some(({ kind }) => kind === "supervisor_stopped"));
  await tm.until(() => !isAlive(pid));
  assert.deepEqual(tm.place.processes(), []);
}

Deno.test("the old one takes over when the new one ends in spite of its rehearsal", async () => {
  await using tm = await start(`
    web: {cmd: sleep 1000, starttime: 0}
    count: {cmd: ${COUNTS}, starttime: 0}
  `);
  const { pid } = await tm.next("web", "running");
  await tm.until(() => tm.output("count").length > 10);
  const broken = await makeBroken(tm, "exit 7");
  await type(tm, `upgrade ${broken}`);
  assert.equal(await tm.ended(LIMIT_MS), 7);
  await tm.until(() => tm.log.some(({ kind }) => kind === "adopted"), LIMIT_MS);
  assert.ok(isAlive(pid));
  await endAfterFailure(tm, 1);
  const notes = tm.log.flatMap((record) => record.kind === "note" ? [record.message] : []);
  const failed = notes.find((message) => message.startsWith("the upgrade failed: "));
  assert.match(failed ?? "", /broken ended before it had taken over; this is .* again$/);
  assert.deepEqual(tm.kindsOf("web").slice(0, 3), ["started", "running", "adopted"]);
  assertCounted(tm.output("count"));
});

Deno.test("the old one takes over when the new one is killed as it starts", async () => {
  await using tm = await start("web: {cmd: sleep 1000, starttime: 0}");
  await tm.next("web", "running");
  await type(tm, `upgrade ${await makeBroken(tm, "kill -9 $$")}`);
  await tm.ended(LIMIT_MS);
  await endAfterFailure(tm, 1);
});
