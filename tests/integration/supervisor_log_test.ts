/** What taskmaster itself writes: its log, standard error, and reports to the network. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { readIfThere } from "../support/taskmaster_log.ts";

const WEB = "web: {cmd: sleep 1000, starttime: 0.1}";
const LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (DEBUG|INFO|WARN|ERROR) [\w:.-]+( [^\n]*)?$/;

function linesOf(tm: Taskmaster, name = "taskmaster.log"): string[] {
  return readIfThere(join(tm.place.directory, "log", name)).split("\n").slice(0, -1);
}

Deno.test("the log in text: a line per event, with date, level, process and facts", async () => {
  await using tm = await startTaskmaster({ programs: WEB, daemon: "log_format: text" });
  await tm.until(() => linesOf(tm).some((line) => /web running/.test(line)));
  tm.signal("SIGTERM");
  assert.equal(await tm.ended(), 0);
  const lines = linesOf(tm);
  for (const line of lines) assert.match(line, LINE);
  const texts = lines.map((line) => line.slice("2026-11-20 11:15:00.123 ".length));
  const wanted = [
    new RegExp(`^INFO taskmaster [\\d.]+ started pid=${tm.pid}$`),
    /^INFO web started pid=\d+ by=autostart$/,
    /^DEBUG web running pid=\d+$/,
    /^INFO taskmaster stopping by=SIGTERM$/,
    /^INFO web stopping pid=\d+ signal=TERM by=SIGTERM$/,
    /^INFO web exited signal=TERM expected uptime=[\d.]+s pid=\d+$/,
    /^INFO web stopped by=SIGTERM$/,
    /^INFO taskmaster stopped$/,
  ];
  const found = texts.filter((text) => wanted.some((pattern) => pattern.test(text)));
  assert.equal(found.length, wanted.length, texts.join("\n"));
  found.forEach((text, index) => assert.match(text, wanted[index]!));
});

Deno.test("the log in JSON: an object per line, numbered without gaps, dated in UTC", async () => {
  await using tm = await startTaskmaster({ programs: WEB });
  await tm.next("web", "running");
  await tm.end();
  assert.deepEqual(tm.log.map(({ seq }) => seq), tm.log.map((_, index) => index + 1));
  for (const { time } of tm.log) assert.equal(new Date(time).toISOString(), time);
  assert.equal(tm.log.at(-1)?.kind, "supervisor_stopped");
});

Deno.test("loglevel leaves out what matters less, also on standard error", async () => {
  await using tm = await startTaskmaster({
    programs: `
      ${WEB}
      ghost: {cmd: /no/such/program, startretries: 0}
    `,
    daemon: "loglevel: warn",
  });
  await tm.next("ghost", "fatal");
  await tm.until(() => tm.childrenOf().length === 1);
  await tm.rewriteConfig("other: {cmd: sleep 1000, autostart: false}", "loglevel: debug");
  tm.signal("SIGHUP");
  // Two signals need not arrive in the order in which they were sent; what was removed is gone.
  await tm.until(() => tm.childrenOf().length === 0);
  tm.signal("SIGTERM");
  assert.equal(await tm.ended(), 0);
  const kinds = tm.log.map(({ kind }) => kind);
  assert.deepEqual(kinds.slice(0, 3), ["spawn_failed", "fatal", "stopping"]);
  // From the reload on everything is logged.
  assert.ok(kinds.includes("stopped") && kinds.includes("supervisor_stopped"), tm.describe());
  assert.equal(tm.stderr().trimEnd().split("\n").length, kinds.length);
});

Deno.test("the log is rotated by size at line ends, and only so many old ones are kept", async () => {
  await using tm = await startTaskmaster({
    programs: "web: {cmd: sleep 1000, numprocs: 30, starttime: 0}",
    daemon: "logfile_maxbytes: 2000\nlogfile_backups: 2",
  });
  const backup = (number: number) => linesOf(tm, `taskmaster.log.${number}`);
  await tm.until(() => backup(2).length > 0 && tm.childrenOf().length === 30);
  tm.signal("SIGTERM");
  assert.equal(await tm.ended(), 0);
  const names: string[] = [];
  for await (const { name } of Deno.readDir(join(tm.place.directory, "log"))) names.push(name);
  const logs = names.filter((name) => name.startsWith("taskmaster.log")).sort();
  assert.deepEqual(logs, ["taskmaster.log", "taskmaster.log.1", "taskmaster.log.2"]);
  const all = [...backup(2), ...backup(1), ...linesOf(tm)];
  const numbers = all.map((line) => (JSON.parse(line) as { seq: number }).seq);
  assert.deepEqual(numbers, numbers.map((_, index) => numbers[0]! + index));
  for (const name of logs) {
    const { size } = await Deno.stat(join(tm.place.directory, "log", name));
    assert.ok(size <= 2000, `${name}: ${size}`);
  }
});

Deno.test("a log that was moved away is opened again on SIGUSR2", async () => {
  await using tm = await startTaskmaster({ programs: WEB });
  const { pid } = await tm.next("web", "running");
  const moved = `${tm.place.logfile}.moved`;
  await Deno.rename(tm.place.logfile, moved);
  tm.signal("SIGUSR2");
  await tm.until(() => {
    try {
      return Deno.statSync(tm.place.logfile).isFile;
    } catch {
      return false;
    }
  });
  const before = await Deno.readTextFile(moved);
  Deno.kill(pid, "SIGKILL");
  await tm.next("web", "exited");
  await tm.end();
  assert.equal(await Deno.readTextFile(moved), before);
});

Deno.test("without a terminal: no prompt, log lines on standard error, until a signal", async () => {
  await using tm = await startTaskmaster({ programs: WEB, stdin: "pipe" });
  await tm.next("web", "running");
  // The end of its input is not the end of its work.
  await tm.closeStdin();
  const { pid } = await tm.next("web", "started");
  Deno.kill(pid, "SIGKILL");
  await tm.next("web", "running", { after: (await tm.next("web", "exited")).seq });
  await tm.end();
  assert.equal(tm.stdout(), "");
  const lines = tm.stderr().trimEnd().split("\n");
  for (const line of lines) assert.match(line, LINE);
  assert.equal(lines.length, tm.log.length);
  assert.doesNotMatch(tm.stderr(), /taskmaster>|\[\d*m/);
});

Deno.test("a log that cannot be written is said at the start, and nothing is started", async () => {
  await using tm = await startTaskmaster({ programs: WEB, daemon: "logfile: /proc/version" });
  assert.equal(await tm.ended(), 1);
  assert.match(tm.stderr(), /^taskmaster: cannot .*"\/proc\/version".*\n$/);
});

Deno.test("a fatal state is reported as one line of JSON to a listener", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using tm = await startTaskmaster({
    programs: `
      ghost:
        cmd: /no/such/program
        startretries: 0
        numprocs: 2
        fatal_state_report_address: "127.0.0.1:${listener.addr.port}"
    `,
  });
  const reports: Record<string, unknown>[] = [];
  for (let count = 0; count < 2; count++) {
    const text = await new Response((await listener.accept()).readable).text();
    assert.match(text, /^\{[^\n]*\}\n$/);
    reports.push(JSON.parse(text));
  }
  reports.sort((a, b) => String(a.process).localeCompare(String(b.process)));
  for (const [num, report] of reports.entries()) {
    const { process, program, state, reason } = report;
    assert.deepEqual({ process, program, state }, {
      process: `ghost:${num}`,
      program: "ghost",
      state: "FATAL",
    });
    assert.equal(reason, 'no such file: "/no/such/program"');
  }
  await tm.end();
});

Deno.test("a report that nobody takes costs a line in the log and nothing else", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using tm = await startTaskmaster({
    programs: `
      ghost: {cmd: /no/such/program, startretries: 0, fatal_state_report_address: "127.0.0.1:${port}"}
      ${WEB}
    `,
  });
  const [, note] = await tm.waitFor([["ghost", "fatal"], [null, "note"]]);
  assert.ok(note?.kind === "note");
  assert.match(note.message, /^ghost: fatal state report: cannot report to 127\.0\.0\.1:\d+: /);
  await tm.next("web", "running");
  assert.equal(tm.log.filter(({ kind }) => kind === "note").length, 1);
  await tm.end();
});
