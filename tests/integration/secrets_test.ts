/** What nobody but taskmaster is to know, and what others on the machine can see of it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hashPassword } from "../../src/control/password.ts";
import { childEnvironment } from "../support/child_environment.ts";
import { statusLine } from "../support/proc.ts";
import { request } from "../support/raw_http.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { testAsRoot } from "../support/taskmaster_place.ts";
import { readIfThere } from "../support/taskmaster_log.ts";
import { shell } from "../programs/commands.ts";

/** Each in one place of the configuration; none may come out of it. */
const SECRETS = {
  password: "secret-of-the-mail-server",
  header: "secret-of-the-header",
  url: "secret-of-the-url",
  token: "secret-of-the-token-0123456789",
  environment: "secret-of-the-environment",
};
const ALERTS = `
  mail: {type: email, host: localhost, port: 1, security: plain, username: joe, password: ${SECRETS.password}, from: a@b.c, to: d@e.f}
  hook: {type: http, url: "http://127.0.0.1:1/${SECRETS.url}", headers: {Authorization: "Bearer ${SECRETS.header}"}}
`;

async function daemonKeys(): Promise<string> {
  const hash = await hashPassword("never written down");
  return `http: {listen: "127.0.0.1:0", users: {admin: {password_hash: "${hash}"}}, ` +
    `tokens: {ci: {token: ${SECRETS.token}, role: admin}}}`;
}

function assertNoSecret(text: string, where: string): void {
  for (const [name, secret] of Object.entries(SECRETS)) {
    assert.ok(!text.includes(secret), `the ${name} is in ${where}`);
  }
}

function filesWith(directory: string, text: string): string[] {
  return [...Deno.readDirSync(directory)].filter(({ isFile }) => isFile).map(({ name }) => name)
    .filter((name) => readFileSync(join(directory, name), "utf8").includes(text));
}

const RESOURCES = [
  ...["/v1/processes", "/v1/processes/web", "/v1/config", "/v1/alerts", "/v1/events", "/v1/plan"],
  ...["/v1/usage", "/v1/openapi.json", "/metrics", "/v1/logs?select=web"],
];

async function start(): Promise<Taskmaster> {
  const tm = await startTaskmaster({
    programs: `web: {cmd: sleep 1000, starttime: 0, env: {API_KEY: ${SECRETS.environment}}}`,
    daemon: await daemonKeys(),
    alerts: ALERTS,
  });
  await tm.next("web", "running");
  return tm;
}

Deno.test("no secret of the configuration is in the log, the API, the alerts or a command line", async () => {
  await using tm = await start();
  for (const resource of RESOURCES) {
    const { status, body } = await request(tm.place.socket, "GET", resource);
    assert.equal(status, 200, resource);
    assertNoSecret(body, resource);
  }
  for (const verb of [["status", "--json"], ["why", "web"], ["plan"], ["alerts"]]) {
    const { stdout, stderr } = await tm.client(...verb);
    assertNoSecret(stdout + stderr, verb.join(" "));
  }
  await tm.client("alerts", "test");
  tm.signal("SIGHUP");
  await tm.client("status");
  assertNoSecret(JSON.stringify(tm.log) + tm.stdout() + tm.stderr(), "the log");
  assertNoSecret(readIfThere(join(tm.place.stateDir, "alerts")), "the queue of alerts");
  for (const pid of [tm.pid, ...tm.childrenOf()]) {
    assertNoSecret(readFileSync(`/proc/${pid}/cmdline`, "utf8"), `the command line of ${pid}`);
  }
  await tm.end();
});

Deno.test("a mistake in the file is shown without the secrets beside it, also to clients", async () => {
  await using tm = await start();
  await tm.rewriteConfig(
    `web: {cdm: sleep 1000, env: {DATABASE: ${SECRETS.environment}}}`,
    await daemonKeys(),
    ALERTS,
  );
  const { code, stdout, stderr } = await tm.client("reload");
  assert.equal(code, 4);
  assert.match(stderr, /unknown key "cdm".*env: \{DATABASE: \*+\}/s);
  const { body } = await request(tm.place.socket, "GET", "/v1/plan");
  assertNoSecret(stdout + stderr + body + JSON.stringify(tm.log), "the report");
  await tm.end();
});

Deno.test("the state directory keeps settings from others, who would find values of env in them", async () => {
  await using tm = await start();
  const { stateDir } = tm.place;
  assert.deepEqual(filesWith(stateDir, SECRETS.environment), ["state"]);
  assert.equal((await Deno.stat(join(stateDir, "state"))).mode! & 0o777, 0o600);
  assert.equal((await Deno.stat(stateDir)).mode! & 0o777, 0o700);
  await tm.end();
});

testAsRoot(
  "programs of the user that root has become cannot read taskmaster's memory, nor its environment",
  async () => {
    const look =
      "for f in environ mem maps fd; do cat /proc/$PPID/$f >/dev/null 2>&1 && echo $f; " +
      "ls /proc/$PPID/$f/ >/dev/null 2>&1 && echo $f; done; echo done; exec sleep 1000";
    await using tm = await startTaskmaster({
      programs: `spy: {cmd: ${shell(look)}, starttime: 0}`,
      env: { PASSWORD_OF_ROOT: "x" },
    });
    await tm.next("spy", "running");
    await tm.until(() => tm.output("spy").includes("done"));
    assert.equal(tm.output("spy"), "done\n");
    // What cannot be read by others leaves no core dump for them either.
    assert.equal((await Deno.stat(`/proc/${tm.pid}/environ`)).uid, 0);
    await tm.end();
  },
);

Deno.test("programs are not told who has called sudo", async () => {
  await using tm = await startTaskmaster({
    programs: `
      web: {cmd: ${shell("echo ready; exec sleep 1000")}, starttime: 0}
      asked: {cmd: ${shell("echo ready; exec sleep 1000")}, starttime: 0, env: {SUDO_USER: joe}}
    `,
    env: { SUDO_USER: "ann", SUDO_UID: "1000", SUDO_GID: "1000", SUDO_COMMAND: "taskmaster" },
  });
  for (const name of ["web", "asked"]) await tm.until(() => tm.output(name).includes("ready"));
  const sudo = async (name: string) => {
    const environment = await childEnvironment(tm, (await tm.next(name, "running")).pid);
    return Object.keys(environment).filter((key) => key.startsWith("SUDO_"));
  };
  assert.deepEqual([await sudo("web"), await sudo("asked")], [[], ["SUDO_USER"]]);
  await tm.end();
});

Deno.test("programs gain no capability and keep no signal blocked or ignored", async () => {
  await using tm = await startTaskmaster({
    programs: `web: {cmd: ${shell("echo ready; exec sleep 1000")}, starttime: 0}`,
  });
  await tm.until(() => tm.output("web").includes("ready"));
  const { pid } = await tm.next("web", "running");
  const ours = statusLine(tm.pid, "CapEff")[0] ?? "";
  const theirs = statusLine(pid, "CapEff")[0] ?? "";
  assert.equal(BigInt(`0x${theirs}`) & ~BigInt(`0x${ours}`), 0n);
  assert.match(statusLine(pid, "SigBlk")[0] ?? "", /^0+$/);
  assert.match(statusLine(pid, "SigIgn")[0] ?? "", /^0+$/);
  await tm.end();
});
