/** The verbs that tell, and lines that mean nothing. */
import assert from "node:assert/strict";
import { startTaskmaster } from "../support/taskmaster.ts";
import { ask, KEYS, prompt, type } from "../support/taskmaster_shell.ts";

const PROGRAMS = `
  web: {cmd: sleep 1000, numprocs: 2, starttime: 0}
  ghost: {cmd: /no/such/program, startretries: 0}
`;
const WIDE = { rows: 50, cols: 400 };

Deno.test("help lists the verbs and tells about one; version is the program's", async () => {
  await using tm = await startTaskmaster({ programs: PROGRAMS, stdin: "pty", terminal: WIDE });
  await tm.next("ghost", "fatal");
  await ask(tm, "log off");
  const help = await ask(tm, "help");
  for (const verb of ["status", "start", "stop", "restart", "signal", "reload", "shutdown"]) {
    assert.match(help, new RegExp(`^ +${verb}\\b.* \\S`, "m"), verb);
  }
  const stop = await ask(tm, "help stop");
  assert.match(stop, /^Usage: stop \[options\] <selector\.\.\.>$/m);
  assert.match(stop, /Ctrl-C stops the waiting, not what was asked for\./);
  assert.equal(await ask(tm, "stop --help"), stop);
  assert.match(await ask(tm, "version"), /^taskmaster \d+\.\d+\.\d+\n$/);
  await tm.end();
});

Deno.test("a line that means nothing says so, with the nearest word, and harms nothing", async () => {
  await using tm = await startTaskmaster({ programs: PROGRAMS, stdin: "pty", terminal: WIDE });
  await tm.next("ghost", "fatal");
  await ask(tm, "log off");
  assert.match(await ask(tm, "stauts"), /^unknown command 'stauts'\n\(Did you mean status\?\)\n/);
  assert.match(await ask(tm, "status --jsno"), /^unknown option '--jsno'\n\(Did you mean --json/);
  assert.match(await ask(tm, "stop"), /^missing required argument 'selector'\n/);
  assert.match(await ask(tm, "version web"), /^too many arguments/);
  assert.equal(await ask(tm, 'stop "web'), "a quote is not closed\n");
  assert.equal(
    await ask(tm, "log loud"),
    'unknown level "loud"; levels are debug, info, warn, ' +
      "error, off\n",
  );
  assert.match(await ask(tm, "stop $(reboot) `reboot` ; reboot"), /ERROR \(no such process/);
  assert.equal(await ask(tm, "   "), "");
  assert.equal(tm.childrenOf().length, 2);
  await tm.end();
});

Deno.test("why explains a state from the journal", async () => {
  await using tm = await startTaskmaster({ programs: PROGRAMS, stdin: "pty", terminal: WIDE });
  const { pid } = await tm.next("web:0", "running");
  await tm.next("ghost", "fatal");
  await ask(tm, "log off");
  const ghost = await ask(tm, "why ghost");
  assert.match(
    ghost,
    /^ghost is FATAL: no such file: "\/no\/such\/program"\n {2}It is wanted up\./,
  );
  assert.match(ghost, /^ {2}[\d-]+ [\d:.]+ ghost could not be started: no such file/m);
  assert.match(await ask(tm, "why web:0"), new RegExp(`web:0 is RUNNING.*\n(.*\n)*.*pid=${pid}`));
  await ask(tm, "stop web:1");
  assert.match(
    await ask(tm, "why web:1"),
    /^web:1 is STOPPED: .*\n {2}It was asked to stay down\./,
  );
  await tm.end();
});

Deno.test("events shows the past; -f follows until Ctrl-C", async () => {
  await using tm = await startTaskmaster({ programs: PROGRAMS, stdin: "pty", terminal: WIDE });
  const { pid } = await tm.next("web:1", "running");
  await tm.next("ghost", "fatal");
  await ask(tm, "log off");
  assert.match(await ask(tm, "events"), / INFO web:0 started pid=\d+ by=autostart\n/);
  assert.equal((await ask(tm, "events -n 2")).trimEnd().split("\n").length, 2);
  const [json] = (await ask(tm, "events --json -n 1")).split("\n");
  assert.equal(typeof (JSON.parse(json!) as { seq: number }).seq, "number");
  assert.equal(await ask(tm, "events -n many"), '--lines takes a whole number, not "many"\n');
  assert.doesNotMatch(await ask(tm, "events -l warn"), / INFO /);
  assert.match(await ask(tm, "events -l loud"), /^unknown level "loud"; levels are debug, info/);
  await type(tm, "events -f -n 0");
  await tm.pty.waitFor(/taskmaster> events -f -n 0$/);
  Deno.kill(pid, "SIGKILL");
  await tm.pty.waitFor(new RegExp(`WARN web:1 exited signal=KILL unexpected .*pid=${pid}`));
  tm.pty.write(KEYS.ctrlC);
  await prompt(tm);
  // The following has ended: no event shows any more.
  await ask(tm, "stop web:0");
  assert.doesNotMatch(tm.pty.screen().lastLine(), /stopped/);
  await tm.end();
});

Deno.test("log sets from which level on events appear", async () => {
  await using tm = await startTaskmaster({ programs: PROGRAMS, stdin: "pty", terminal: WIDE });
  await tm.next("ghost", "fatal");
  await tm.next("web:1", "running");
  assert.equal(await ask(tm, "log"), "events are shown from level info\n");
  assert.match(await ask(tm, "restart web:0"), /^web:0 stopping pid=\d+ signal=TERM by=shell$/m);
  await ask(tm, "log error");
  assert.match(await ask(tm, "restart web:0"), /^web:0: restarted \(pid \d+\)\n$/);
  assert.match(await ask(tm, "start ghost"), /^ghost fatal reason=.*\nghost: ERROR/);
  await ask(tm, "log debug");
  assert.match(await ask(tm, "restart web:0"), /^web:0 running pid=\d+$/m);
  await tm.end();
});
