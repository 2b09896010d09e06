import assert from "node:assert/strict";
import fc from "fast-check";
import type { Program } from "../../src/core/program.ts";
import type { HttpSettings } from "../../src/core/http_settings.ts";
import { isEmptyPlan, planReload, summarisePlan } from "../../src/core/plan.ts";
import { newProcess, type Process } from "../../src/core/state.ts";
import type { AlertSettings } from "../../src/core/alert/settings.ts";
import { makeEmailAlert } from "../support/make_alert.ts";
import { makeConfiguration, makeProgram } from "../support/make_program.ts";

function processesOf(programs: readonly Program[]): Process[] {
  return programs.flatMap(({ name, numprocs }) =>
    Array.from(
      { length: numprocs },
      (_, num): Process => ({ ...newProcess(name, num), wish: "up" }),
    )
  );
}

function plan(old: readonly Program[], next: readonly Program[]) {
  return planReload(makeConfiguration(old), makeConfiguration(next), processesOf(old));
}

function lines(old: readonly Program[], next: readonly Program[]): string[] {
  return plan(old, next).changes.map(({ name, change }) =>
    `${name} ${change.kind}${"keys" in change ? ` ${change.keys.join(" ")}` : ""}`
  );
}

const LIVE: readonly [string, Partial<Program>][] = [
  ["autostart", { autostart: false }],
  ["autorestart", { autorestart: "always" }],
  ["exitcodes", { exitcodes: [0, 2] }],
  ["startretries", { startretries: 9 }],
  ["starttime", { starttimeMs: 9 }],
  ["stopsignal", { stopsignal: "USR1" }],
  ["stoptime", { stoptimeMs: 9 }],
  ["stopasgroup", { stopasgroup: false }],
  ["killasgroup", { killasgroup: false }],
  ["priority", { priority: 1 }],
  ["stdout_maxbytes, stdout_backups", { stdoutRotation: { maxBytes: 1, backups: 1 } }],
  ["stderr_maxbytes, stderr_backups", { stderrRotation: { maxBytes: 1, backups: 1 } }],
  ["essential", { essential: true }],
  ["fatal_state_report_address", { fatalStateReportAddress: { host: "::1", port: 9 } }],
];

const RESTART: readonly [string, Partial<Program>][] = [
  ["cmd", { command: ["/bin/cat"] }],
  ["copy_output", { copyOutput: true }],
  ["stdout", { stdout: { kind: "inherit" } }],
  ["stderr", { stderr: { kind: "stdout" } }],
  ["env", { env: { A: "1" } }],
  ["workingdir", { workingdir: "/tmp" }],
  ["umask", { umask: 0o77 }],
  ["user", { user: "nobody" }],
  ["tty", { tty: true }],
];

for (const [key, change] of LIVE) {
  Deno.test(`planReload() takes ${key} over without a restart`, () => {
    assert.deepEqual(lines([makeProgram()], [makeProgram(change)]), [`web update ${key}`]);
  });
}

for (const [key, change] of RESTART) {
  Deno.test(`planReload() restarts for ${key}`, () => {
    assert.deepEqual(lines([makeProgram()], [makeProgram(change)]), [`web restart ${key}`]);
  });
}

Deno.test("planReload() knows every setting of a program", () => {
  const covered = new Set([...LIVE, ...RESTART].flatMap(([, change]) => Object.keys(change)));
  const fields = Object.keys(makeProgram()).filter((f) => f !== "name" && f !== "numprocs");
  assert.deepEqual([...covered].sort(), fields.sort());
});

Deno.test("planReload() does not mind the order of variables", () => {
  const [one, two] = [{ A: "1", B: "2" }, { B: "2", A: "1" }];
  assert.ok(isEmptyPlan(plan([makeProgram({ env: one })], [makeProgram({ env: two })])));
});

Deno.test("planReload() names removed processes as they were known", () => {
  const [many, one] = [makeProgram({ numprocs: 3 }), makeProgram({ numprocs: 1 })];
  assert.deepEqual(lines([many], [one]), ["web:1 remove", "web:2 remove"]);
  assert.deepEqual(lines([one], [many]), ["web:1 add", "web:2 add"]);
});

Deno.test("planReload() names settings of the daemon by whether they can be taken over", () => {
  const old = makeConfiguration([]);
  const next = makeConfiguration([], { loglevel: "debug", umask: 0, pidfile: "/x" });
  const { daemonUpdates, needsDaemonRestart } = planReload(old, next, []);
  assert.deepEqual(daemonUpdates, ["loglevel"]);
  assert.deepEqual(needsDaemonRestart, ["umask", "pidfile"]);
});

const HTTP: HttpSettings = {
  listen: { host: "127.0.0.1", port: 9001 },
  users: { ada: { passwordHash: "hash", role: "admin" } },
  tokens: { ci: { source: { kind: "env", name: "CI" }, role: "operator" } },
  hosts: [],
};

/** Keys of the daemon that such a change is about: [at once, with a restart]. */
function httpChanges(old: HttpSettings | null, next: HttpSettings | null): unknown {
  const [from, to] = [old, next].map((http) => makeConfiguration([], { http }));
  const { daemonUpdates, needsDaemonRestart } = planReload(from!, to!, []);
  return [daemonUpdates, needsDaemonRestart];
}

Deno.test("planReload() takes over who may use the API, but not where it listens", () => {
  const users = { ada: { passwordHash: "other", role: "admin" } } as const;
  const tokens = { ci: { source: { kind: "env", name: "CI" }, role: "read-only" } } as const;
  const elsewhere = { host: "::", port: 9001 };
  assert.deepEqual(httpChanges(HTTP, structuredClone(HTTP)), [[], []]);
  assert.deepEqual(httpChanges(null, null), [[], []]);
  assert.deepEqual(httpChanges(HTTP, { ...HTTP, users }), [["http.users"], []]);
  assert.deepEqual(httpChanges(HTTP, { ...HTTP, users: {}, tokens, hosts: ["a"] }), [
    ["http.users", "http.tokens", "http.hosts"],
    [],
  ]);
  assert.deepEqual(httpChanges(HTTP, { ...HTTP, users, listen: elsewhere }), [
    ["http.users"],
    ["http.listen"],
  ]);
  assert.deepEqual(httpChanges(HTTP, null), [[], ["http"]]);
  assert.deepEqual(httpChanges(null, HTTP), [[], ["http"]]);
});

Deno.test("planReload() of a configuration to itself is empty; to another it names each process once", () => {
  const program = fc.record({
    name: fc.constantFrom("a", "b", "c", "d"),
    numprocs: fc.integer({ min: 1, max: 4 }),
    command: fc.constantFrom(["/bin/cat"], ["/bin/true"]),
    priority: fc.integer({ min: 0, max: 2 }),
  });
  const programs = fc.uniqueArray(program, { selector: ({ name }) => name })
    .map((all) => all.map(makeProgram));
  fc.assert(fc.property(programs, programs, (old, next) => {
    assert.ok(isEmptyPlan(plan(old, old)));
    const { changes, unchanged } = plan(old, next);
    const names = changes.map(({ program, num }) => `${program}:${num}`);
    assert.equal(new Set(names).size, names.length);
    const after = unchanged + changes.filter(({ change }) => change.kind !== "remove").length;
    assert.equal(after, next.reduce((sum, { numprocs }) => sum + numprocs, 0));
    const before = unchanged + changes.filter(({ change }) => change.kind !== "add").length;
    assert.equal(before, old.reduce((sum, { numprocs }) => sum + numprocs, 0));
  }));
});

Deno.test("summarisePlan() is one line", () => {
  const old = [makeProgram({ numprocs: 2 }), makeProgram({ name: "gone" })];
  const next = [
    makeProgram({ numprocs: 2, command: ["/bin/cat"] }),
    makeProgram({ name: "new", numprocs: 12 }),
  ];
  assert.equal(
    summarisePlan(plan(old, next)),
    "2 restarted (web:0, web:1), 12 added (new:0, new:1, new:2, new:3, new:4, new:5, new:6, " +
      "new:7, new:8, new:9 and 2 more), 1 removed (gone), 0 unchanged",
  );
});

Deno.test("planReload() names the alerts that change, and nothing of what is in them", () => {
  const alerts = (...all: readonly AlertSettings[]) => ({
    ...makeConfiguration([]),
    alerts: new Map(all.map((each) => [each.name, each])),
  });
  const password = { kind: "text", text: "hunter2xx" } as const;
  const old = alerts(
    makeEmailAlert({ name: "same", login: { username: "a", password } }),
    makeEmailAlert({ name: "changed" }),
    makeEmailAlert({ name: "gone" }),
  );
  const next = alerts(
    makeEmailAlert({ name: "new" }),
    makeEmailAlert({ name: "changed", login: { username: "a", password } }),
    makeEmailAlert({ name: "same", login: { username: "a", password: { ...password } } }),
  );
  const plan = planReload(old, next, []);
  assert.deepEqual(plan.alerts, [
    { name: "new", change: "add" },
    { name: "changed", change: "update" },
    { name: "gone", change: "remove" },
  ]);
  assert.equal(isEmptyPlan(plan), false);
  assert.equal(summarisePlan(plan), "alerts updated (new, changed, gone), 0 unchanged");
  assert.ok(!JSON.stringify(plan).includes("hunter2xx"));
  assert.equal(isEmptyPlan(planReload(old, old, [])), true);
});
