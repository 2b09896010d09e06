/** Alerts of the real program, to real servers. */
import assert from "node:assert/strict";
import { readIfThere } from "../support/taskmaster_log.ts";
import { shell } from "../programs/commands.ts";
import { childEnvironment } from "../support/child_environment.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { crash, startAgain } from "../support/taskmaster_crash.ts";
import { runTaskmaster } from "../support/taskmaster_run.ts";
import { testAsRoot } from "../support/taskmaster_place.ts";
import { CA_FILE, SmtpReceiver } from "../support/smtp_receiver.ts";

const PASSWORD = "abcd efgh ijkl mnop";
const LOGIN = { username: "me@example.com", password: PASSWORD };
const SLEEP = "cmd: sleep 1000, starttime: 0";
/** Can be looked at, or killed, when it has said so. */
const SAYS_READY = `cmd: ${shell("echo ready; exec sleep 1000")}, starttime: 0`;

function start(): Promise<SmtpReceiver> {
  return SmtpReceiver.start({ secure: true, login: LOGIN });
}

/** The pid of a program of SAYS_READY that has said so. */
async function readyPid(tm: Taskmaster, program: string): Promise<number> {
  const { pid } = await tm.next(program, "running");
  await tm.until(() => tm.output(program).includes("ready"));
  return pid;
}

function emailTo(port: number, keys: string): string {
  return `{type: email, host: localhost, port: ${port}, security: tls, ` +
    `username: me@example.com, to: "ops@example.com, boss@example.com", ` +
    `ca_file: ${CA_FILE}, group_window: 0, ${keys}}`;
}

/** Whatever the run has written for anybody to see, or kept. */
function everythingOf(tm: Taskmaster): string {
  const kept = readIfThere(`${tm.place.stateDir}/alerts`) +
    readIfThere(`${tm.place.stateDir}/state`);
  return JSON.stringify(tm.log) + tm.stdout() + tm.stderr() + kept;
}

Deno.test("a killed program, its recovery and a FATAL one arrive by mail, with their last lines", async () => {
  await using server = await start();
  await using tm = await startTaskmaster({
    programs: `web: {${SAYS_READY}}`,
    alerts: `oncall: ${emailTo(server.port, "password_env: SMTP_PASSWORD")}`,
    env: { SMTP_PASSWORD: PASSWORD },
  });
  Deno.kill(await readyPid(tm, "web"), "SIGKILL");
  const [crash, recovery] = await server.received(2);
  assert.match(
    crash!.text,
    /^Subject: \[taskmaster \S+\] web exited unexpectedly \(signal KILL\)\r$/m,
  );
  assert.match(crash!.text, /^ {4}\| ready\r$/m);
  assert.deepEqual(crash!.to, ["ops@example.com", "boss@example.com"]);
  assert.match(recovery!.text, /^Subject: \[taskmaster \S+\] web recovered\r$/m);

  await tm.rewriteConfig(
    `broken: {cmd: ${shell("echo no database >&2; exit 3")}, startretries: 0}`,
    "",
    `oncall: ${emailTo(server.port, "password_env: SMTP_PASSWORD")}`,
  );
  tm.signal("SIGHUP");
  await server.received(4);
  const texts = server.mails.slice(2).map(({ text }) => text).join("");
  assert.match(texts, /^broken is FATAL: exited too early, after \d\.\d s, with code 3\r$/m);
  assert.match(texts, /^ {4}\| no database\r$/m);
  assert.ok(!everythingOf(tm).includes(PASSWORD));
  await tm.end();
});

Deno.test("programs do not inherit the variable that holds a password, also after a reload", async () => {
  await using server = await start();
  await using tm = await startTaskmaster({
    programs: `web: {${SAYS_READY}}`,
    alerts: `oncall: ${emailTo(server.port, "password_env: SMTP_PASSWORD")}`,
    env: { SMTP_PASSWORD: PASSWORD, OTHER_PASSWORD: PASSWORD },
  });
  const web = await childEnvironment(tm, await readyPid(tm, "web"));
  assert.deepEqual([web.SMTP_PASSWORD, web.OTHER_PASSWORD], [undefined, PASSWORD]);
  await tm.rewriteConfig(
    `
      api: {${SAYS_READY}}
      db: {${SAYS_READY}, env: {OTHER_PASSWORD: mine}}
    `,
    "",
    `oncall: ${emailTo(server.port, "password_env: OTHER_PASSWORD")}`,
  );
  tm.signal("SIGHUP");
  // What was a secret once stays one.
  const api = await childEnvironment(tm, await readyPid(tm, "api"));
  assert.deepEqual([api.SMTP_PASSWORD, api.OTHER_PASSWORD], [undefined, undefined]);
  // A program may be given one on purpose.
  const db = await childEnvironment(tm, await readyPid(tm, "db"));
  assert.equal(db.OTHER_PASSWORD, "mine");
  await tm.end();
});

Deno.test("a dead mail server holds up nothing; what it missed is told after kill -9 and a new start", async () => {
  const gone = await start();
  const { port } = gone;
  await gone[Symbol.asyncDispose]();
  const secret = "secret-of-oncall";
  await using tm = await startTaskmaster({
    programs: `web: {${SLEEP}}`,
    alerts: `oncall: ${emailTo(port, `password: ${secret}, on: [exited_unexpectedly]`)}`,
  });
  const { pid } = await tm.next("web", "running");
  Deno.kill(pid, "SIGKILL");
  await tm.waitFor([["web", "exited"], ["web", "running"]]);
  const { alert, reason } = await tm.next(null, "alert_failed");
  assert.equal(alert, "oncall");
  assert.match(reason, /ECONNREFUSED/);
  await tm.until(() => readIfThere(`${tm.place.stateDir}/alerts`).includes("ECONNREFUSED"));
  assert.ok(!everythingOf(tm).includes(secret));
  await crash(tm);
  await using server = await SmtpReceiver.start({
    secure: true,
    port,
    login: { ...LOGIN, password: secret },
  });
  await using next = await startAgain(tm);
  const [mail] = await server.received(1);
  assert.match(mail!.text, /^web exited unexpectedly with signal KILL /m);
  await next.next("web", "adopted");
  await next.end();
  assert.equal(server.mails.length, 1);
});

Deno.test("a server that stalls does not hold up the end", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const accepted = listener.accept();
  await using tm = await startTaskmaster({
    programs: `web: {${SLEEP}}`,
    alerts: `oncall: {type: http, url: "http://127.0.0.1:${port}/", on: supervisor_started, ` +
      "group_window: 0}",
  });
  const connection = await accepted;
  const { pid } = await tm.next("web", "running");
  Deno.kill(pid, "SIGKILL");
  await tm.waitFor([["web", "exited"], ["web", "running"]]);
  const asked = performance.now();
  await tm.end();
  assert.ok(performance.now() - asked < 8000);
  connection.close();
  listener.close();
});

testAsRoot("a password that only root may read is read before root is given up", async () => {
  await using server = await start();
  const directory = await Deno.makeTempDir();
  const [path, late] = [`${directory}/password`, `${directory}/late`];
  for (const each of [path, late]) {
    await Deno.writeTextFile(each, `${PASSWORD}\n`, { mode: 0o600 });
  }
  const email = (file: string) =>
    `oncall: ${emailTo(server.port, `password_file: ${file}, on: [supervisor_started]`)}`;
  const programs = `web: {${SLEEP}}`;
  await using tm = await startTaskmaster({ programs, alerts: email(path) });
  const [mail] = await server.received(1);
  assert.equal(mail!.user, "me@example.com");
  assert.match(mail!.text, /^Subject: \[taskmaster \S+\] taskmaster started\r$/m);
  // One that is named only later is out of reach, and that is said.
  const after = tm.now;
  await tm.rewriteConfig(programs, "", email(late));
  tm.signal("SIGHUP");
  const { message } = await tm.next(null, "note", { after });
  assert.match(
    message,
    /^alert oncall: no password: cannot read ".*late": permission denied \(EACCES\); /,
  );
  assert.match(message, /start taskmaster anew, as root/);
  await tm.end();
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a reload takes over alerts, and one with a mistake changes nothing", async () => {
  await using server = await SmtpReceiver.start();
  const email = `{type: email, host: localhost, port: ${server.port}, security: plain, ` +
    "from: a@example.com, to: b@example.com, group_window: 0, on: [reloaded, reload_refused]}";
  await using tm = await startTaskmaster({ programs: `web: {${SLEEP}}`, alerts: `mail: ${email}` });
  await tm.next("web", "running");
  const rewrite = (log: string) =>
    tm.rewriteConfig(`web: {${SLEEP}}`, "", `mail: ${email}\n${log}`);
  await rewrite("log: {type: syslog, on: [crash]}");
  tm.signal("SIGHUP");
  const { problems } = await tm.next(null, "reload_refused");
  assert.match(problems, /conf\.yaml:\d+:\d+: unknown event "crash" in alerts\.log\.on\[0\]/);
  await server.received(1);
  await rewrite("log: {type: syslog, on: [fatal]}");
  tm.signal("SIGHUP");
  const { summary } = await tm.next(null, "reloaded");
  assert.equal(summary, "alerts updated (log), 1 unchanged");
  await server.received(2);
  await tm.end();
});

Deno.test("clients see the alerts and try them, and no secret goes over the wire", async () => {
  await using server = await start();
  await using tm = await startTaskmaster({
    programs: `web: {${SLEEP}}`,
    alerts: `oncall: ${emailTo(server.port, `password: "${PASSWORD}"`)}`,
  });
  await tm.next("web", "running");
  const client = (...words: string[]) =>
    runTaskmaster([...words, "-c", tm.place.config], { env: tm.place.env });
  const test = await client("alerts", "test", "oncall");
  const target = `ops@example.com, boss@example.com by localhost:${server.port} (tls)`;
  assert.deepEqual(test, { code: 0, stdout: `oncall: sent to ${target}\n`, stderr: "" });
  const [mail] = await server.received(1);
  assert.match(mail!.text, /^Subject: \[taskmaster \S+\] test message\r$/m);
  const { code, stdout } = await client("alerts", "--json");
  assert.equal(code, 0);
  const { name, target: shown, lastSuccess, problem } = JSON.parse(stdout);
  assert.deepEqual([name, shown, problem], ["oncall", target, null]);
  assert.ok(Math.abs(Date.now() - Date.parse(lastSuccess)) < 60_000);
  const unknown = await client("alerts", "test", "oncal");
  assert.deepEqual([unknown.code, unknown.stderr], [
    1,
    'there is no alert "oncal"; did you mean "oncall"?\n',
  ]);
  assert.ok(!(stdout + everythingOf(tm)).includes(PASSWORD));
  await tm.end();
});
