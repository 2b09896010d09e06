import assert from "node:assert/strict";
import type { Program } from "../../src/core/program.ts";
import { load, messages, program, withKeys } from "./support.ts";

Deno.test("a program with nothing but cmd has the documented defaults", () => {
  assert.deepEqual(program(""), {
    name: "web",
    command: ["x"],
    numprocs: 1,
    autostart: true,
    autorestart: "unexpected",
    exitcodes: [0],
    startretries: 3,
    starttimeMs: 1000,
    stopsignal: "TERM",
    stoptimeMs: 10_000,
    stopasgroup: true,
    killasgroup: true,
    stdout: {
      kind: "file",
      path: "/home/joe/.local/state/taskmaster/conf-31e2b4fa/{program}-{num}.stdout.log",
    },
    stderr: {
      kind: "file",
      path: "/home/joe/.local/state/taskmaster/conf-31e2b4fa/{program}-{num}.stderr.log",
    },
    stdoutRotation: { maxBytes: 52_428_800, backups: 10 },
    stderrRotation: { maxBytes: 52_428_800, backups: 10 },
    env: {},
    workingdir: "/etc/tm",
    umask: null,
    user: null,
    priority: 999,
    tty: false,
    essential: false,
    copyOutput: false,
    fatalStateReportAddress: null,
  });
});

const file = (path: string) => ({ kind: "file", path });

/** Lines of keys, and the properties they give. */
const ACCEPTED: readonly (readonly [keys: string, expected: object])[] = [
  ["numprocs: 10000", { numprocs: 10_000 }],
  ['numprocs: "3"', { numprocs: 3 }],
  ["autostart: no", { autostart: false }],
  ["autostart: On", { autostart: true }],
  ["autorestart: true", { autorestart: "always" }],
  ["autorestart: off", { autorestart: "never" }],
  ["autorestart: Unexpected", { autorestart: "unexpected" }],
  [
    "stdout_maxbytes: 1MB\nstdout_backups: 0",
    { stdoutRotation: { maxBytes: 2 ** 20, backups: 0 } },
  ],
  ["stderr_maxbytes: 0", { stderrRotation: { maxBytes: 0, backups: 10 } }],
  ["exitcodes: 0", { exitcodes: [0] }],
  ["exitcodes: [0, 2, 255]", { exitcodes: [0, 2, 255] }],
  ['exitcodes: "0,2"', { exitcodes: [0, 2] }],
  ["exitcodes: 0, 2", { exitcodes: [0, 2] }],
  ["startretries: 0", { startretries: 0 }],
  ["starttime: 0", { starttimeMs: 0 }],
  ["starttime: 0.5", { starttimeMs: 500 }],
  ["starttime: .25", { starttimeMs: 250 }],
  ["starttime: 0.0001", { starttimeMs: 1 }],
  ["starttime: 500ms", { starttimeMs: 500 }],
  ["stoptime: 1h30m", { stoptimeMs: 5_400_000 }],
  ["stoptime: 1m 2s", { stoptimeMs: 62_000 }],
  ["stopsignal: SIGUSR1", { stopsignal: "USR1" }],
  ["stopsignal: 15", { stopsignal: "TERM" }],
  ["umask: 022", { umask: 0o022 }],
  ['umask: "022"', { umask: 0o022 }],
  ["umask: 0o22", { umask: 0o022 }],
  ["umask: 77", { umask: 0o077 }],
  ["umask: 0", { umask: 0 }],
  ["priority: -5", { priority: -5 }],
  ["stdout:", { stdout: { kind: "discard" } }],
  ["stdout: ~", { stdout: { kind: "discard" } }],
  ["stdout: /dev/null", { stdout: { kind: "discard" } }],
  ["stdout: discard", { stdout: { kind: "discard" } }],
  ["stdout: inherit", { stdout: { kind: "inherit" } }],
  ["stdout: /dev/stdout", { stdout: { kind: "inherit" } }],
  ["stderr: stdout", { stderr: { kind: "stdout" } }],
  ["stderr: /var/log/e", { stderr: file("/var/log/e") }],
  ["stdout: log/{program}-{num}", { stdout: file("/etc/tm/log/{program}-{num}") }],
  ["stdout: ./stdout", { stdout: file("/etc/tm/stdout") }],
  ["workingdir: /srv", { workingdir: "/srv" }],
  ["workingdir: ../sub", { workingdir: "/etc/sub" }],
  ["essential: yes", { essential: true }],
  ["copy_output: true", { copyOutput: true }],
  ["fatal_state_report_address: localhost:80", {
    fatalStateReportAddress: { host: "localhost", port: 80 },
  }],
  ['fatal_state_report_address: "[::1]:8080"', {
    fatalStateReportAddress: { host: "::1", port: 8080 },
  }],
  ["env:", { env: {} }],
  ["env: {A: 1.10, B: 0x1F, C: yes, D: null, E: '', F: 007, G: 'null'}", {
    env: { A: "1.10", B: "0x1F", C: "yes", D: null, E: "", F: "007", G: "null" },
  }],
];

for (const [keys, expected] of ACCEPTED) {
  Deno.test(`a program accepts ${keys}`, () => {
    const actual = program(keys);
    for (const [key, value] of Object.entries(expected)) {
      assert.deepEqual(actual[key as keyof Program], value);
    }
  });
}

const REFUSED: readonly (readonly [keys: string, expected: string])[] = [
  [
    "numprocs: 0",
    'number too small: "0" in programs.web.numprocs; expected a whole number from 1 to 10000',
  ],
  [
    "numprocs: 10001",
    'number too large: "10001" in programs.web.numprocs; expected a whole number from 1 to 10000',
  ],
  [
    "numprocs: 1.5",
    'not a whole number: "1.5" in programs.web.numprocs; expected a whole number from 1 to 10000',
  ],
  ["numprocs:", "programs.web.numprocs has no value"],
  [
    "numprocs: [1]",
    "found a list in programs.web.numprocs; expected a whole number from 1 to 10000",
  ],
  ["autostart: maybe", 'unknown value "maybe" in programs.web.autostart; expected true or false'],
  ["autorestart: alway", 'unknown value "alway" in programs.web.autorestart'],
  ["exitcodes: []", "an empty list in programs.web.exitcodes"],
  [
    "exitcodes: 256",
    'number too large: "256" in programs.web.exitcodes; expected a whole number from 0 to 255',
  ],
  [
    'exitcodes: "0,x"',
    'not a whole number: "x" in programs.web.exitcodes; expected a whole number from 0 to 255',
  ],
  ["exitcodes: [0, ~]", "no value in programs.web.exitcodes[1]"],
  [
    "startretries: -1",
    'number too small: "-1" in programs.web.startretries; expected a whole number, 0 or more',
  ],
  [
    "starttime: -1",
    'negative time "-1" in programs.web.starttime; expected seconds (0.5), or a time with a unit ("500ms", "1m")',
  ],
  [
    "starttime: 5 parsecs",
    'not a time: "5 parsecs" in programs.web.starttime; expected seconds (0.5), or a time with a unit ("500ms", "1m")',
  ],
  ["starttime: 30d", 'time too long: "30d" in programs.web.starttime; expected 24 days at most'],
  ["stopsignal: 99", 'unknown signal "99" in programs.web.stopsignal'],
  [
    "umask: 089",
    'not an octal number: "089" in programs.web.umask; expected an octal number from 0 to 777',
  ],
  [
    "umask: 1777",
    'number too large: "1777" in programs.web.umask; expected an octal number from 0 to 777',
  ],
  [
    "umask: -1",
    'not an octal number: "-1" in programs.web.umask; expected an octal number from 0 to 777',
  ],
  ["stdout: stdout", 'stdout cannot go to "stdout" in programs.web.stdout'],
  ["stderr: stderr", 'stderr cannot go to "stderr" in programs.web.stderr'],
  [
    "stdout: logs/",
    'a directory: "logs/" in programs.web.stdout; expected a path, discard or inherit',
  ],
  ["stdout: a-{nun}.log", 'unknown placeholder "{nun}" in programs.web.stdout'],
  [
    'stdout: "a-%(process_num)02d"',
    'unknown placeholder "%(process_num)02d" in programs.web.stdout',
  ],
  ['workingdir: ""', "empty text in programs.web.workingdir; expected a path"],
  [
    "fatal_state_report_address: host:0",
    'no such port: "0" in programs.web.fatal_state_report_address; expected a port from 1 to 65535',
  ],
  [
    'fatal_state_report_address: "::1:80"',
    'not an address: "::1:80" in programs.web.fatal_state_report_address',
  ],
  [
    "fatal_state_report_address: 8080",
    'not an address: "8080" in programs.web.fatal_state_report_address; expected "host:port"',
  ],
  ["env: [A=1]", 'found a list in programs.web.env; expected a mapping "NAME: value"'],
  ["env: {A: [1]}", "found a list in programs.web.env.A; expected text"],
  ["env: {A: {}}", "found a mapping in programs.web.env.A; expected text"],
  ['env: {"A=B": 1}', '"=" in the name of variable "A=…" in programs.web.env'],
  ['env: {"": 1}', "a variable without a name in programs.web.env"],
  ['env: {A: "a\\0b"}', "a NUL byte in text"],
  ['env: {"a\\0b": 1}', "a NUL byte in text"],
  ["user: joe", "programs.web.user needs a taskmaster that stays root"],
  ["tty: true\nstderr: /x", 'programs.web.stderr has no meaning with "tty: true"'],
  ["tty: true\nstderr_backups: 1", 'programs.web.stderr_backups has no meaning with "tty: true"'],
  [
    "tty: true\nstdout: inherit",
    'programs.web.stdout cannot be inherited with "tty: true"',
  ],
];

for (const [keys, expected] of REFUSED) {
  Deno.test(`a program refuses ${keys}`, () => {
    assert.deepEqual(messages(withKeys(keys)), [`error: ${expected}`]);
  });
}

/** The marked part of the file is what the user has to change. */
const MARKED: readonly (readonly [keys: string, marked: string])[] = [
  ["stopsignal: NOPE", "NOPE"],
  ["stopsignall: TERM", "stopsignall"],
  ["numprocs:", "numprocs"],
  ["exitcodes: [0, 300]", "300"],
  ["env: {A: 1, 'B=': 2}", "'B='"],
  ["env: {A: 1, B: [2]}", "[2]"],
  ['stdout: "/a/{x}/b"', "{x}"],
  ["fatal_state_report_address: host:99999", "99999"],
  ["tty: true\nstderr: /x", "stderr"],
  ["tty: true\nstdout: inherit", "inherit"],
];

for (const [keys, marked] of MARKED) {
  Deno.test(`the mistake in ${keys} is marked at ${marked}`, () => {
    const text = withKeys(keys);
    const spans = load(text).report.diagnostics.map(({ span }) => text.slice(span.start, span.end));
    assert.deepEqual(spans, [marked]);
  });
}

const WARNED: readonly (readonly [keys: string, expected: string])[] = [
  [
    "killasgroup: false",
    "programs.web is stopped as a group but killed alone: what it started may outlive it",
  ],
  [
    "stdout: ~/x.log",
    '"~" in programs.web.stdout is not expanded: it names a directory called "~"',
  ],
  [
    "workingdir: $HOME/x",
    '"$HOME" in programs.web.workingdir is not expanded: it names a directory called "$HOME"',
  ],
  ["stderr: discrad", '"discrad" in programs.web.stderr is the name of a file'],
  ["stdout: NONE", '"NONE" in programs.web.stdout is the name of a file'],
];

for (const [keys, expected] of WARNED) {
  Deno.test(`a program with ${keys} is loaded with a warning`, () => {
    assert.deepEqual(messages(withKeys(keys)), [`warning: ${expected}`]);
    assert.ok(load(withKeys(keys)).configuration !== null);
  });
}

Deno.test("killasgroup: false is no mistake when the stop signal spares the group too", () => {
  assert.equal(program("killasgroup: false\nstopasgroup: false").killasgroup, false);
});

Deno.test("a program on a terminal has one stream", () => {
  const { tty, stdout, stderr } = program("tty: true\nstdout: /x");
  assert.deepEqual({ tty, stdout, stderr }, {
    tty: true,
    stdout: { kind: "file", path: "/x" },
    stderr: { kind: "stdout" },
  });
  assert.deepEqual(messages(withKeys("tty: true\nstderr: stdout")), []);
});

Deno.test("an interactive shell on a terminal is warned of, for it ignores the stop signal", () => {
  const warning = "warning: programs.web is an interactive shell, which ignores TERM";
  const told = (keys: string) => messages(`programs: {web: {tty: true, ${keys}}}`);
  assert.deepEqual(told("cmd: bash -i"), [warning]);
  assert.deepEqual(told("cmd: /usr/bin/zsh"), [warning]);
  assert.deepEqual(told("cmd: bash -i, stopsignal: HUP"), []);
  assert.deepEqual(told("cmd: [bash, -c, x]"), []);
  assert.deepEqual(told("cmd: sh script.sh"), []);
  assert.deepEqual(messages("programs: {web: {cmd: bash -i}}"), []);
});

Deno.test("taskmaster.env comes before the program's own, which may remove from it", () => {
  const { configuration } = load(
    "taskmaster: {env: {A: 1, B: 2, C: 3}}\nprograms: {web: {cmd: x, env: {B: own, C: }}}\n",
  );
  assert.deepEqual(configuration?.programs.get("web")?.env, { A: "1", B: "own", C: null });
});

Deno.test("a variable called __proto__ is a variable like any other", () => {
  const { env } = program("env: {__proto__: evil, constructor: x}");
  assert.deepEqual(Object.entries(env), [["__proto__", "evil"], ["constructor", "x"]]);
});

const STAYS_ROOT = { startedAsRoot: true, runsAsRoot: true, allowRoot: true };

Deno.test("programs have users when taskmaster stays root, and then all must have one", () => {
  assert.equal(program("user: joe:staff", STAYS_ROOT).user, "joe:staff");
  assert.equal(program("user: root", STAYS_ROOT).user, "root");
  assert.deepEqual(messages(withKeys(""), STAYS_ROOT), [
    "error: programs.web has no user and would run as root",
  ]);
});

Deno.test("a program's user is refused when root is given up or was never had", () => {
  for (
    const context of [{ ...STAYS_ROOT, allowRoot: false }, { ...STAYS_ROOT, runsAsRoot: false }]
  ) {
    assert.deepEqual(messages(withKeys("user: joe"), context), [
      "error: programs.web.user needs a taskmaster that stays root",
    ]);
    assert.deepEqual(messages(withKeys(""), context), []);
  }
});
