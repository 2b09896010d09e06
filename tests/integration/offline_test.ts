/** The verbs that need no running taskmaster, and mistakes on the command line. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type RunOptions, runTaskmaster } from "../support/taskmaster_run.ts";

const GOOD = "programs:\n  web: {cmd: sleep 1, numprocs: 2}\n  db: {cmd: sleep 1}\n";
const BAD = "programs:\n  web: {cmd: sleep 1, stopsignl: TERM}\n  db: {numprocs: none}\n";

/** A directory with good.yaml and bad.yaml in it. */
async function withFiles(run: (options: RunOptions & { cwd: string }) => Promise<void>) {
  const cwd = await Deno.makeTempDir({ prefix: "taskmaster_test_" });
  try {
    await Deno.writeTextFile(join(cwd, "good.yaml"), GOOD);
    await Deno.writeTextFile(join(cwd, "bad.yaml"), BAD);
    await run({ cwd });
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test("check says what a good file contains", () =>
  withFiles(async (options) => {
    const wanted = { code: 0, stdout: "good.yaml: ok, 2 programs with 3 processes\n", stderr: "" };
    assert.deepEqual(await runTaskmaster(["check", "good.yaml"], options), wanted);
    assert.deepEqual(await runTaskmaster(["check", "-c", "good.yaml"], options), wanted);
  }));

Deno.test("check warns of variables and files that are not there, and the file is right", () =>
  withFiles(async (options) => {
    const text = `taskmaster:
  http:
    listen: 9001
    tokens:
      ci: {token_env: CI_TOKEN}
      cd: {token_file: cd.token}
programs: {web: {cmd: sleep 1}}
alerts:
  mail:
    type: email
    host: localhost
    to: a@b.c
    from: a@b.c
    username: a
    password_env: SMTP_PASSWORD
  hook: {type: http, url: "https://localhost/", ca_file: /no/such/ca.pem}
`;
    await Deno.writeTextFile(join(options.cwd, "refers.yaml"), text);
    const missing = await runTaskmaster(["check", "refers.yaml"], options);
    assert.deepEqual([missing.code, missing.stdout], [
      0,
      "refers.yaml: ok, 1 program with 1 process\n",
    ]);
    const path = await Deno.realPath(options.cwd);
    assert.deepEqual(missing.stderr.split("\n").filter((line) => /warning:|problems:/.test(line)), [
      "refers.yaml:5:23: warning: taskmaster.http.tokens.ci.token_env: this variable is not set here",
      "refers.yaml:6:24: warning: taskmaster.http.tokens.cd.token_file: " +
      `cannot read "${path}/cd.token": no such file (ENOENT)`,
      "refers.yaml:15:19: warning: alerts.mail.password_env: this variable is not set here",
      "refers.yaml:16:58: warning: alerts.hook.ca_file: " +
      'cannot read "/no/such/ca.pem": no such file (ENOENT)',
      "4 problems: 4 warnings",
    ]);
    await Deno.writeTextFile(join(options.cwd, "cd.token"), "0123456789abcdef\n");
    await Deno.writeTextFile(join(options.cwd, "ca.pem"), "PEM");
    await Deno.writeTextFile(
      join(options.cwd, "refers.yaml"),
      text.replace("/no/such/", ""),
    );
    const env = { CI_TOKEN: "short", SMTP_PASSWORD: "secret" };
    const there = await runTaskmaster(["check", "refers.yaml"], { ...options, env });
    assert.equal(there.code, 0);
    assert.match(there.stderr, /ci\.token_env: what it names is shorter than 16 characters/);
    assert.match(there.stderr, /^1 problem: 1 warning$/m);
    assert.doesNotMatch(there.stderr, /short\b|secret/);
  }));

Deno.test("check reports every mistake with its place and ends with code 4", () =>
  withFiles(async (options) => {
    const { code, stdout, stderr } = await runTaskmaster(["check", "bad.yaml"], options);
    assert.deepEqual({ code, stdout }, { code: 4, stdout: "" });
    assert.match(stderr, /^bad\.yaml:2:\d+: error: .*stopsignl/m);
    assert.match(stderr, /did you mean "stopsignal"/);
    assert.match(stderr, /^bad\.yaml:3:\d+: error: .*cmd/m);
    assert.match(stderr, /^bad\.yaml:3:\d+: error: .*none/m);
    assert.match(stderr, /^3 problems: 3 errors\n$/m);
    const missing = await runTaskmaster(["check", "nothing.yaml"], options);
    assert.deepEqual(missing, {
      code: 4,
      stdout: "",
      stderr: 'cannot read configuration "nothing.yaml": no such file (ENOENT)\n',
    });
  }));

Deno.test("a start with a bad file ends with the same report, code 4, and leaves nothing", () =>
  withFiles(async (options) => {
    const { stderr } = await runTaskmaster(["check", "bad.yaml"], options);
    const started = await runTaskmaster(["-c", "bad.yaml", "--user", "nobody"], options);
    assert.deepEqual(started, { code: 4, stdout: "", stderr });
    const names: string[] = [];
    for await (const { name } of Deno.readDir(options.cwd)) names.push(name);
    assert.deepEqual(names.sort(), ["bad.yaml", "good.yaml"]);
  }));

Deno.test("init prints a sample that check accepts, or writes it, and never over a file", () =>
  withFiles(async (options) => {
    const printed = await runTaskmaster(["init"], options);
    assert.equal(printed.code, 0);
    assert.equal(printed.stderr, "");
    const written = await runTaskmaster(["init", "new.yaml"], options);
    assert.equal(written.code, 0);
    assert.match(written.stdout, /^wrote new\.yaml; start it with: taskmaster -c new\.yaml\n$/);
    assert.equal(await Deno.readTextFile(join(options.cwd, "new.yaml")), printed.stdout);
    const checked = await runTaskmaster(["check", "new.yaml"], options);
    assert.deepEqual([checked.code, checked.stderr], [0, ""]);
    const again = await runTaskmaster(["init", "good.yaml"], options);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^cannot write "good\.yaml": it exists already/);
    assert.equal(await Deno.readTextFile(join(options.cwd, "good.yaml")), GOOD);
  }));

Deno.test("schema prints a JSON Schema", async () => {
  const { code, stdout, stderr } = await runTaskmaster(["schema"]);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  const schema = JSON.parse(stdout) as { $schema: string };
  assert.match(schema.$schema, /json-schema\.org/);
  for (const key of ["programs", "taskmaster", "numprocs", "startretries", "logfile"]) {
    assert.ok(stdout.includes(`"${key}": {`), key);
  }
});

Deno.test("--help and --version go to standard output", async () => {
  const help = await runTaskmaster(["--help"]);
  assert.deepEqual([help.code, help.stderr], [0, ""]);
  assert.match(help.stdout, /^Usage: taskmaster -c FILE \[--user NAME\[:GROUP\]\]$/m);
  for (const verb of ["check", "init", "schema"]) {
    assert.match(help.stdout, new RegExp(`^ +${verb} `, "m"));
    const { code, stdout } = await runTaskmaster(["help", verb]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: taskmaster ${verb}`, "m"));
  }
  for (const words of [["--version"], ["-V"], ["version"]]) {
    const { code, stdout, stderr } = await runTaskmaster(words);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  }
});

Deno.test.each<[string, string[], RegExp]>([
  ["nothing", [], /^no configuration: name one with -c FILE/],
  ["check without a file", ["check"], /^no configuration: name one with -c FILE/],
  ["-c without a file", ["-c"], /^taskmaster: option '-c, --config <file>' argument missing/],
  ["an unknown verb", ["chek"], /^taskmaster: unknown verb "chek"; did you mean "check"\?\n$/],
  ["an unknown option", ["--hlep"], /^taskmaster: unknown option '--hlep'\n\(Did you mean --help/],
  ["a word too many", ["schema", "web"], /^taskmaster: too many arguments/],
])("%s is a usage mistake: code 2, said on standard error", async (_name, words, message) => {
  const { code, stdout, stderr } = await runTaskmaster(words);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
  assert.match(stderr, message);
  assert.ok(stderr.endsWith("\n"));
});

Deno.test("a configuration that cannot be read is refused with its name and the reason", async () => {
  const user = ["--user", "nobody"];
  const missing = await runTaskmaster(["-c", "/no/such.yaml", ...user]);
  assert.deepEqual(missing, {
    code: 4,
    stdout: "",
    stderr: 'taskmaster: cannot read configuration "/no/such.yaml": no such file (ENOENT)\n',
  });
  const directory = await runTaskmaster(["-c", "/etc", ...user]);
  assert.deepEqual([directory.code, directory.stdout], [4, ""]);
  assert.match(directory.stderr, /^taskmaster: cannot read configuration "\/etc": it is a direct/);
});

Deno.test("a reader that goes away is not an error", async () => {
  const script = '"$@" | head -n 1';
  const ran = await runTaskmaster(["schema"], { prefix: ["sh", "-c", script, "sh"] });
  assert.deepEqual(ran, { code: 0, stdout: "{\n", stderr: "" });
});

Deno.test("man prints a page of requests that man(7) knows, with the verbs and options", async () => {
  const { code, stdout, stderr } = await runTaskmaster(["man"]);
  assert.deepEqual([code, stderr], [0, ""]);
  for (const name of ["status", "install\\-service", "completions", "\\-\\-log\\-to <place>"]) {
    assert.ok(stdout.includes(`\n\\fB${name}\\fR`), name);
  }
  const requests = stdout.split("\n").filter((line) => line.startsWith("."));
  assert.deepEqual(
    requests.filter((line) => !/^\.(TH|SH|TP|B|br|IP|nf|fi|RS|RE)( |$)/.test(line)),
    [],
  );
});
