/** The verbs on the command line of their own, with a taskmaster that runs elsewhere. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { isAlive } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { RunningClient } from "../support/taskmaster_client.ts";
import { isRoot } from "../support/taskmaster_place.ts";
import { taskmasterCommand } from "../support/taskmaster_run.ts";

const PROGRAMS = `
  db: {cmd: sleep 1000, starttime: 0}
  later: {cmd: sleep 1000, starttime: 0, autostart: false}
  web: {cmd: sleep 1000, starttime: 0, numprocs: 2}
`;
/** Takes a second to end, which is long enough to look at it meanwhile. */
const SLOW = shell('trap "sleep 1; exit 0" TERM; while :; do sleep 0.05; done');

/** Started, and reachable. */
async function start(programs: string, lastUp: string): Promise<Taskmaster> {
  const tm = await startTaskmaster({ programs });
  await tm.next(lastUp, "running");
  return tm;
}

Deno.test("each verb answers with its exit code", async () => {
  await using tm = await start(PROGRAMS, "web:1");
  const cases: [words: string[], code: number, stdout: RegExp, stderr: RegExp][] = [
    [["status", "db"], 0, /^db +RUNNING +pid \d+, uptime \d:\d\d:\d\d\n$/, /^$/],
    [["status"], 0, /^db .*\nlater +STOPPED +not started yet\nweb:0 .*\nweb:1 .*\n$/, /^$/],
    [["status", "wbe"], 5, /^$/, /^wbe: ERROR \(no such process; did you mean "web"\?\)\n$/],
    [["start", "later"], 0, /^later: started \(pid \d+\)\n$/, /^$/],
    [["start", "db"], 0, /^db: already started\n$/, /^$/],
    [["stop", "later"], 0, /^later: stopped\n$/, /^$/],
    [["stop", "later"], 0, /^later: not running\n$/, /^$/],
    [["pid", "later"], 3, /^0\n$/, /^$/],
    [["restart", "web"], 0, /^web:0: restarted \(pid \d+\)\nweb:1: restarted .*\n$/, /^$/],
    [["signal", "SIGCONT", "db"], 0, /^db: .*\n$/, /^$/],
    [["signal", "HUP", "later"], 1, /^later: not running\n$/, /^$/],
    [["signal", "CONT", "later", "db"], 1, /^db: .*\nlater: not running\n$/, /^$/],
    [["signal", "CONT", "all"], 0, /^later: not running$/m, /^$/],
    [["signal", "TREM", "db"], 2, /^$/, /did you mean "?TERM/],
    [["tail", "db"], 0, /^$/, /^$/],
    [["tail", "-n", "x", "db"], 2, /^$/, /--lines takes a whole number/],
    [["tail", "db", "stdin"], 2, /^$/, /there are stdout and stderr/],
    [["clear", "db"], 0, /^db: .*\n$/, /^$/],
    [["plan"], 0, /nothing/i, /^$/],
    [["events", "-n", "1"], 0, /\n$/, /^$/],
    [["start"], 2, /^$/, /selector/],
    [["strat", "db"], 2, /^$/, /unknown verb "strat"; did you mean "start"\?/],
  ];
  for (const [words, code, stdout, stderr] of cases) {
    const ran = await tm.client(...words);
    const what = `${words.join(" ")}: ${JSON.stringify(ran)}`;
    assert.equal(ran.code, code, what);
    assert.match(ran.stdout, stdout, what);
    assert.match(ran.stderr, stderr, what);
  }
  await tm.end();
});

Deno.test("status ends with 3 when something wanted is not running, start with 1 when it fails", async () => {
  await using tm = await startTaskmaster({
    programs: "broken: {cmd: /nowhere/program, startretries: 0}",
  });
  await tm.next("broken", "fatal");
  assert.equal((await tm.client("status")).code, 3);
  const { code, stderr } = await tm.client("start", "broken");
  assert.equal(code, 1);
  assert.match(stderr, /^broken: ERROR \(.*no such file.*\/nowhere\/program.*\)\n$/);
  await tm.end();
});

Deno.test("reload over the socket: the plan, and the report with code 4 for a file with mistakes", async () => {
  await using tm = await start(PROGRAMS, "web:1");
  await tm.rewriteConfig("db: {cmd: sleep 1000, starttime: 0, priority: 1}");
  const planned = await tm.client("plan");
  assert.deepEqual([planned.code, planned.stderr], [0, ""]);
  assert.match(planned.stdout, /web:0/);
  const { stdout } = await tm.client("reload", "--json");
  const { changes } = JSON.parse(stdout);
  assert.deepEqual(
    changes.map(({ name, change }: { name: string; change: { kind: string } }) =>
      `${change.kind} ${name}`
    ),
    ["update db", "remove later", "remove web:0", "remove web:1"],
  );
  await tm.rewriteConfig("db: {cmd: sleep 1000, stoptme: 3}");
  const refused = await tm.client("reload");
  assert.deepEqual([refused.code, refused.stdout], [4, ""]);
  assert.match(refused.stderr, /conf\.yaml:\d+:\d+: error: unknown key "stoptme"/);
  // The line itself came over the socket, with a mark under the place.
  assert.match(refused.stderr, /\| +db: \{cmd: sleep 1000, stoptme: 3\}\n +\| +\^{7}/);
  assert.match(refused.stderr, /nothing was changed\n$/);
  assert.equal((await tm.client("status")).stdout.split("\n").length, 2);
  await tm.end();
});

Deno.test("--json prints one object per line", async () => {
  await using tm = await start(PROGRAMS, "web:1");
  const lines = async (...words: string[]) =>
    (await tm.client(...words)).stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const status = await lines("status", "--json");
  assert.deepEqual(status.map(({ name, state }) => `${name} ${state}`), [
    "db RUNNING",
    "later STOPPED",
    "web:0 RUNNING",
    "web:1 RUNNING",
  ]);
  const [stopped] = await lines("stop", "--json", "db");
  assert.deepEqual(stopped, { name: "db", fault: null, pid: null });
  const events = await lines("events", "--json", "-n", "3");
  assert.equal(events.length, 3);
  assert.equal(events.at(-1).kind, "stopped");
  await tm.end();
});

Deno.test("who asked is in the log and in why, by user and uid", async () => {
  await using tm = await start(PROGRAMS, "web:1");
  await tm.client("restart", "db");
  const uid = Deno.uid()!;
  const command = await tm.next(null, "command");
  assert.equal(command.line, "restart db");
  assert.deepEqual([command.by.via, command.by.uid], ["socket", uid]);
  const [stopping] = await tm.waitFor([["db", "stopping"], ["db", "running"]]);
  assert.ok(stopping?.kind === "stopping");
  assert.equal(stopping.by.uid, uid);
  const { stdout } = await tm.client("why", "db");
  assert.match(stdout, new RegExp(`stopping pid=\\d+ signal=TERM by=\\S+\\(uid ${uid}\\)`));
  assert.match(stdout, /^db is RUNNING: pid \d+/);
  const request = await tm.next(null, "request");
  assert.equal(request.by.uid, uid);
  await tm.end();
});

Deno.test("a client that is killed in the middle of a restart leaves it to finish", async () => {
  await using tm = await start(`slow: {cmd: ${SLOW}, starttime: 0}`, "slow");
  const { pid } = await tm.next("slow", "started");
  await using client = new RunningClient(tm.place, "restart", "slow");
  const { seq } = await tm.next("slow", "stopping");
  client.signal("SIGKILL");
  await client.ended();
  assert.ok(isAlive(pid));
  const again = await tm.next("slow", "running", { after: seq });
  assert.notEqual(again.pid, pid);
  assert.equal((await tm.client("status")).code, 0);
  await tm.end();
});

Deno.test("Ctrl-C ends the waiting for a stop, which goes on", async () => {
  await using tm = await start(`slow: {cmd: ${SLOW}, starttime: 0}`, "slow");
  await using client = new RunningClient(tm.place, "stop", "slow");
  await tm.next("slow", "stopping");
  client.signal("SIGINT");
  const { code, stdout, stderr } = await client.ended();
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /no longer waiting; the stop goes on\n/);
  assert.equal(tm.kindsOf("slow").includes("stopped"), false);
  await tm.next("slow", "stopped");
  await tm.end();
});

Deno.test("--no-wait answers at once", async () => {
  await using tm = await start(`slow: {cmd: ${SLOW}, starttime: 0}`, "slow");
  const { code, stdout } = await tm.client("stop", "--no-wait", "slow");
  assert.deepEqual([code, stdout], [0, "slow: asked to stop\n"]);
  assert.equal(tm.kindsOf("slow").includes("stopped"), false);
  await tm.next("slow", "stopped");
  await tm.end();
});

Deno.test("tail -f and events -f follow until Ctrl-C, which is no failure", async () => {
  const counts = shell("i=0; while :; do i=$((i+1)); echo line $i; sleep 0.02; done");
  await using tm = await start(`count: {cmd: ${counts}, starttime: 0}`, "count");
  await using tail = new RunningClient(tm.place, "tail", "-f", "count");
  await using events = new RunningClient(tm.place, "events", "-f", "-n", "0", "-l", "debug");
  await tail.printed(/line 30\n/);
  const numbers = [...tail.stdout.matchAll(/^line (\d+)$/gm)].map(([, number]) => Number(number));
  assert.deepEqual(numbers, numbers.map((_, index) => numbers[0]! + index));
  // Once it hears of requests it is there.
  while (!events.stdout.includes("request")) await tm.client("status");
  await tm.client("restart", "count");
  await events.printed(/ INFO count started pid=\d+ by=/);
  for (const client of [tail, events]) {
    client.signal("SIGINT");
    const { code, stderr } = await client.ended();
    assert.deepEqual([code, stderr], [0, ""]);
  }
  await tm.end();
});

Deno.test("a client that follows ends when taskmaster does, with code 6", async () => {
  await using tm = await start(PROGRAMS, "web:1");
  await using tail = new RunningClient(tm.place, "tail", "-f", "db");
  await using events = new RunningClient(tm.place, "events", "-f");
  await events.printed(/started/);
  await tm.until(() =>
    tm.log.some(({ kind, ...rest }) =>
      kind === "request" && JSON.stringify(rest).includes("logs/follow")
    )
  );
  await tm.end();
  for (const client of [tail, events]) {
    const { code, stderr } = await client.ended();
    assert.deepEqual([code, stderr], [6, "taskmaster has gone away\n"]);
  }
});

Deno.test("a client that follows ends when its reader does, also when nothing is written", async () => {
  const once = shell("echo one; echo two; exec sleep 1000");
  await using tm = await start(`web: {cmd: ${once}, starttime: 0}`, "web");
  await tm.until(() => tm.output("web") === "one\ntwo\n");
  const script = '"$@" | head -1';
  const words = [...taskmasterCommand(), "--socket", tm.place.socket, "tail", "-f", "web"];
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...words],
    env: tm.place.env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const limit = setTimeout(() => child.kill("SIGKILL"), 15_000);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(limit);
  const texts = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.deepEqual([code, ...texts], [0, "one\n", ""]);
  assert.deepEqual(
    tm.place.processes().filter(({ command }) => command.includes(" tail -f ")),
    [],
  );
  await tm.end();
});

Deno.test("shutdown of a client ends everything, --leave-running taskmaster only", async () => {
  await using tm = await start(PROGRAMS, "web:1");
  const [first] = tm.childrenOf();
  assert.equal((await tm.client("shutdown", "--leave-running")).code, 0);
  assert.equal(await tm.ended(), 0);
  assert.ok(isAlive(first!));
  await using next = await startTaskmaster({ programs: PROGRAMS, place: tm.place });
  await next.next("db", "adopted");
  await next.until(() => Deno.lstatSync(next.place.socket).isSocket);
  const { code, stdout } = await next.client("shutdown");
  assert.equal(code, 0);
  assert.match(stdout, /^stopping db, web:0.*\n/);
  assert.equal(await next.ended(), 0);
  assert.deepEqual(next.place.processes(), []);
});

Deno.test("upgrade from a client says the version that has taken over", async () => {
  await using tm = await startTaskmaster({
    programs: PROGRAMS,
    // Somebody who was root first cannot load the modules again from root's cache.
    ...(isRoot ? { as: "nobody" as const } : {}),
  });
  const { pid } = await tm.next("db", "running");
  await tm.next("web:1", "running");
  const refused = await tm.client("upgrade", "/bin/false");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^not upgraded: \/bin\/false does not come up/m);
  const { code, stdout, stderr } = await tm.client("upgrade");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /\ntaskmaster \d+\.\d+\.\d+\S* has taken over\n$/);
  assert.equal((await tm.client("pid")).stdout, `${tm.pid}\n`);
  assert.equal((await tm.client("pid", "db")).stdout, `${pid}\n`);
  await tm.end();
});
