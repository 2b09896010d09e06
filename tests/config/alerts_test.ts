import assert from "node:assert/strict";
import { ALERT_EVENTS } from "../../src/core/alert/alert_event.ts";
import { TEMPLATE_WORDS } from "../../src/core/alert/template.ts";
import type { AlertSettings } from "../../src/core/alert/settings.ts";
import { alertShapes } from "../../src/config/alert_schema.ts";
import { settingDocs } from "../../src/config/setting.ts";
import { source } from "../support/source.ts";
import { load, loadClean, messages, rendered } from "./support.ts";

const PROGRAMS = "programs: {web: {cmd: x}, db-1: {cmd: x}}\n";

function withAlert(keys: string): string {
  const lines = keys.split("\n").map((line) => `    ${line}\n`).join("");
  return `${PROGRAMS}alerts:\n  oncall:\n${lines}`;
}

function alert(keys: string): AlertSettings {
  return loadClean(withAlert(keys)).alerts.get("oncall")!;
}

const GMAIL = source`
  type: email
  host: smtp.gmail.com
  port: 465
  security: tls
  username: me@example.com
  password_env: SMTP_PASSWORD
  from: me@example.com
  to: ops@example.com, boss@example.com
  on: [fatal, exited_unexpectedly, recovered]
  programs: [web, "db*"]
`;

Deno.test("loadConfiguration() reads an alert by Gmail", () => {
  assert.deepEqual(alert(GMAIL), {
    name: "oncall",
    type: "email",
    on: ["fatal", "exited_unexpectedly", "recovered"],
    programs: ["web", "db*"],
    groupWindowMs: 10_000,
    maxPerHour: 20,
    retryForMs: 86_400_000,
    timeoutMs: 30_000,
    outputLines: 10,
    host: "smtp.gmail.com",
    port: 465,
    security: "tls",
    login: { username: "me@example.com", password: { kind: "env", name: "SMTP_PASSWORD" } },
    from: "me@example.com",
    to: ["ops@example.com", "boss@example.com"],
    caFile: null,
  });
});

Deno.test("loadConfiguration() takes a list of addressees, names with commas in quotes included", () => {
  const list = alert("type: email\nhost: h\nfrom: a@b\nto: [a@b, 'Joe <joe@c>']");
  assert.deepEqual(list.type === "email" && list.to, ["a@b", "Joe <joe@c>"]);
  const text = alert(`type: email\nhost: h\nfrom: a@b\nto: '"Doe, J" <j@d>, a@b'`);
  assert.deepEqual(text.type === "email" && text.to, ['"Doe, J" <j@d>', "a@b"]);
});

Deno.test.each([
  ["", 465, "tls"],
  ["port: 465", 465, "tls"],
  ["port: 587", 587, "starttls"],
  ["port: 2525", 2525, "starttls"],
  ["security: starttls", 587, "starttls"],
  ["security: plain", 25, "plain"],
  ["security: tls\nport: 10465", 10465, "tls"],
])("loadConfiguration() makes of an email's %s port %s with %s", (keys, port, security) => {
  const read = alert(`type: email\nhost: h\nfrom: a@b\nto: a@b\n${keys}`.trim());
  assert.deepEqual(read.type === "email" && [read.port, read.security], [port, security]);
});

Deno.test("loadConfiguration() reads the alert for http and syslog in one line each", () => {
  const { alerts } = loadClean(source`
    programs: {web: {cmd: x}}
    alerts:
      hook:   {type: http, url: "https://hooks.example.com/x", headers: {Authorization: "Bearer abc"}, on: [fatal]}
      syslog: {type: syslog, address: "udp://127.0.0.1:514", facility: daemon, ident: taskmaster}
  `);
  const hook = alerts.get("hook")!;
  assert.deepEqual(hook.type === "http" && [hook.url, hook.headers, hook.on], [
    "https://hooks.example.com/x",
    { Authorization: "Bearer abc" },
    ["fatal"],
  ]);
  const syslog = alerts.get("syslog")!;
  assert.deepEqual(syslog.type === "syslog" && [syslog.target, syslog.facility, syslog.ident], [
    { kind: "udp", address: { host: "127.0.0.1", port: 514 } },
    "daemon",
    "taskmaster",
  ]);
  assert.deepEqual([syslog.groupWindowMs, syslog.maxPerHour], [0, 0]);
});

Deno.test.each([
  ["local", { kind: "local", path: "/dev/log" }],
  ["unix:/run/x", { kind: "local", path: "/run/x" }],
  ["unix:///run/x", { kind: "local", path: "/run/x" }],
  ["tcp://logs", { kind: "tcp", address: { host: "logs", port: 514 } }],
  ["'udp://[::1]'", { kind: "udp", address: { host: "::1", port: 514 } }],
  ["'udp://[::1]:99'", { kind: "udp", address: { host: "::1", port: 99 } }],
])("loadConfiguration() reads the syslog address %s", (address, target) => {
  const read = alert(`type: syslog\naddress: ${address}`);
  assert.deepEqual(read.type === "syslog" && read.target, target);
});

Deno.test("loadConfiguration() starts a relative password_file at the file's directory", () => {
  const read = alert(
    "type: email\nhost: h\nusername: a@b\npassword_file: pass\nto: a@b",
  );
  assert.deepEqual(read.type === "email" && read.login?.password, {
    kind: "file",
    path: "/etc/tm/pass",
  });
});

const EMAIL = "type: email\nhost: h\nfrom: a@b\nto: a@b";

const MISTAKES: readonly (readonly [keys: string, ...expected: string[]])[] = [
  ["host: h", "error: alerts.oncall has no type"],
  ["type: mail", 'error: unknown type "mail" in alerts.oncall'],
  ["type: email", ...["host", "to", "from"].map((key) => `error: alerts.oncall has no ${key}`)],
  ["type: http", "error: alerts.oncall has no url"],
  [`${EMAIL}\nurl: http://x`, 'error: unknown key "url" in alerts.oncall'],
  [`${EMAIL}\non: [fatal, crash]`, 'error: unknown event "crash" in alerts.oncall.on[1]'],
  [`${EMAIL}\non: fatal, recoverd`, 'error: unknown event "recoverd" in alerts.oncall.on'],
  [
    `${EMAIL}\non: []`,
    "error: an empty list in alerts.oncall.on; expected at least one event",
  ],
  [`${EMAIL}\nusername: a`, "error: alerts.oncall has a username and no password"],
  [`${EMAIL}\npassword: a`, "error: alerts.oncall has a password and no username"],
  [
    `${EMAIL}\nusername: a\npassword: a\npassword_env: A`,
    "error: password_env in alerts.oncall, where there is password already",
  ],
  [
    `${EMAIL}\nusername: a\npassword_env: "abcd efgh"`,
    "error: not the name of a variable in alerts.oncall.password_env; expected the name of a variable",
  ],
  [
    "type: email\nhost: h\nfrom: a@b\nto: [a@b, joe]",
    'error: not an e-mail address: "joe" in alerts.oncall.to[1]',
  ],
  ["type: email\nhost: h\nusername: joe\npassword: x\nto: a@b", "error: alerts.oncall has no from"],
  [
    "type: email\nhost: smtp://h\nfrom: a@b\nto: a@b",
    'error: not the name of a host: "smtp://h" in alerts.oncall.host',
  ],
  [
    'type: email\nhost: "smtp.x.y:25"\nfrom: a@b\nto: a@b',
    'error: a host with a port in it: "smtp.x.y:25" in alerts.oncall.host',
  ],
  [
    'type: email\nhost: "[::1]:25"\nfrom: a@b\nto: a@b',
    'error: a host with a port in it: "[::1]:25" in alerts.oncall.host',
  ],
  [
    'type: email\nhost: "smtp.x.y:"\nfrom: a@b\nto: a@b',
    'error: not the name of a host: "smtp.x.y:" in alerts.oncall.host; expected the name of the mail server',
  ],
  [
    'type: email\nhost: h\nfrom: a@b\nto: "bad, a@b, b@"',
    'error: not e-mail addresses: "bad", "b@" in alerts.oncall.to; ' +
    "expected e-mail addresses, as a list or with commas between them",
  ],
  [
    `${EMAIL}\non: recovered, started`,
    'warning: "recovered" in alerts.oncall.on never happens without the event it is the end of',
  ],
  [
    `${EMAIL}\nsecurity: plain\nusername: a\npassword: b`,
    "warning: alerts.oncall sends its password over the network without encryption",
  ],
  [
    `${EMAIL}\nprograms: [wbe, "d*"]`,
    'warning: "wbe" in alerts.oncall.programs is none of the programs in this file',
  ],
  [
    `${EMAIL}\nprograms: [web one]`,
    'error: not a selector: "web one" in alerts.oncall.programs[0]',
    'warning: "web one" in alerts.oncall.programs is none of the programs in this file',
  ],
  [
    "type: http\nurl: hooks.example.com/s3cret",
    "error: not a URL in alerts.oncall.url; " +
    "expected a URL that begins with http:// or https://",
  ],
  [
    "type: http\nurl: ftp://x/",
    'error: a URL of the kind "ftp:" in alerts.oncall.url; ' +
    "expected a URL that begins with http:// or https://",
  ],
  [
    "type: http\nurl: http://joe:s3cret@x/",
    "error: a URL with a name or password in it in alerts.oncall.url",
  ],
  [
    'type: http\nurl: http://x/\nheaders: {"a b": c}',
    'error: not the name of a header: "a b" in alerts.oncall.headers',
  ],
  [
    'type: http\nurl: http://x/\ntemplate: \'{"a": "{{txt}}"}\'',
    'error: unknown placeholder "{{txt}}" in alerts.oncall.template',
  ],
  [
    "type: http\nurl: http://x/\ntemplate: '{\"a\": {{text}}, }'",
    "error: the template of alerts.oncall is not JSON",
  ],
  [
    "type: syslog\naddress: 127.0.0.1:514",
    'error: not an address of syslog: "127.0.0.1:514" in alerts.oncall.address',
  ],
  ["type: syslog\nfacility: deamon", 'error: unknown value "deamon" in alerts.oncall.facility'],
  [
    "type: syslog\nmax_per_hour: 9999",
    'error: number too large: "9999" in ' +
    "alerts.oncall.max_per_hour; expected a whole number from 0 to 3600",
  ],
];

for (const [keys, ...expected] of MISTAKES) {
  Deno.test(`loadConfiguration() explains the alert ${JSON.stringify(keys)}`, () => {
    assert.deepEqual(messages(withAlert(keys)).sort(), expected.toSorted());
  });
}

Deno.test("loadConfiguration() points at the unknown event and suggests the one that is meant", () => {
  assert.equal(
    rendered(`${PROGRAMS}alerts: {a: {type: syslog, on: [fatal, crash]}}\n`),
    source`
      conf.yaml:2:40: error: unknown event "crash" in alerts.a.on[1]
       2 | alerts: {a: {type: syslog, on: [fatal, crash]}}
         |                                        ^^^^^
         = help: did you mean "exited_unexpectedly"?
      1 problem: 1 error`,
  );
});

Deno.test("loadConfiguration() shows what a missing key looks like", () => {
  assert.match(
    rendered(withAlert("type: http")),
    /help: add it: 'url: "https:\/\/hooks\.example\.com\/x"'$/m,
  );
  assert.match(rendered(withAlert("type: email\nhost: h")), /help: add it: "to: [^"]+"$/m);
});

Deno.test.each(["::1", "[::1]", "fe80::1%eth0", "::ffff:1.2.3.4", "mail-1.x_y.org", "10.0.0.1"])(
  "loadConfiguration() takes the host %s",
  (host) => {
    const read = alert(`type: email\nhost: "${host}"\nfrom: a@b\nto: a@b`);
    assert.equal(read.type === "email" && read.host, host.replaceAll(/[[\]]/g, ""));
  },
);

Deno.test("loadConfiguration() explains alerts that are no mapping", () => {
  assert.deepEqual(messages(`${PROGRAMS}alerts: [a]\n`), [
    "error: found a list in alerts; expected a mapping from names to alerts",
  ]);
  assert.deepEqual(messages(`${PROGRAMS}alerts: {a: }\n`), [
    "error: alerts.a is empty; expected a mapping",
  ]);
  assert.equal(loadClean(`${PROGRAMS}alerts:\n`).alerts.size, 0);
});

Deno.test("loadConfiguration() takes alerts beside programs without programs:", () => {
  const { programs, alerts } = loadClean("web: {cmd: x}\nalerts: {a: {type: syslog}}\n");
  assert.deepEqual([[...programs.keys()], [...alerts.keys()]], [["web"], ["a"]]);
});

Deno.test("loadConfiguration() shows no secret with a mistake, wherever it stands", () => {
  const texts = [
    withAlert("type: email\nhost: h\nusername: a\npassword: hunter2xx, passwrd: 5"),
    `${PROGRAMS}alerts: {a: {type: http, url: "https://h.example/hunter2xx", onn: 1, ` +
    "headers: {Authorization: Bearer hunter2xx, X-Y: hunter2xx}}}\n",
    "programs: {web: {cmd: x, nope: 1, env: {DB_PASSWORD: hunter2xx, API_TOKEN: 'hunter2xx'}}}\n",
    "x-pass: &p hunter2xx\nalerts: {a: {type: email, password: *p, nope: 1}}\nweb: {cmd: x}\n",
    ...[
      'type: http\nurl: "http://user:hunter2xx@h/"',
      'type: http\nurl: "ftp://user:hunter2xx@h/"',
      "type: http\nurl: ftp://hunter2xx@h/",
      "type: http\nurl: https://h.example/a\nurl: https://h.example/hunter2xx",
      "type: http\nurl: [https://hooks.example.com/hunter2xx]",
      "type: http\nurl: hunter2xx",
      'type: http\nurl: https://h.example/\nheaders: "X-Key: hunter2xx"',
      'type: http\nurl: https://h.example/\nheaders: {"X-Key: hunter2xx"}',
      'type: http\nurl: https://h.example/\ntemplate: "{hunter2xx {{txt}}"',
      "{type: http, url:https://h.example/hunter2xx}",
      "{type: email, host: 'smtp://joe:hunter2xx@h', from: a@b, to: a@b}",
      "{type: email, hosst: h, passwrd: hunter2xx, pass: [hunter2xx]}",
      "{type: email, password_env: hunter2xx, nope: 1}",
      "{type: http, url: 'https://h.example/', port: {x: hunter2xx}}",
      "{type: syslog, address: 'tcp://joe:hunter2xx@h'}",
      "{<<: {type: http, url: 'https://h.example/hunter2xx'}, url: 'https://h.example/', nope: 1}",
    ].map(withAlert),
    "programs: {web: {cmd: x}}\nalerts: {v: https://hooks.example.com/hunter2xx}\n",
    "programs: {web: {cmd: x}}\nalerts: [{url: https://hooks.example.com/hunter2xx}]\n",
    "programs: {web: {cmd: x}}\nalert: {v: {url: 'https://hooks.example.com/hunter2xx'}}\n",
    "programs: {web: {cmd: x, nope: 1, env: {DB: 'postgres://joe:hunter2xx@db/x'}}}\n",
    // Not even YAML.
    ...[
      'type: http\nurl: https://hooks.example.com/hunter2xx": x',
      "type: http\nurl:https://hooks.example.com/hunter2xx\nheaders:",
      'type: http\nurl: https://h.example/\nheaders:\n  X-Key: "hunter2xx" oops',
      'type: email\nusername: me\npasswrd: "hunter2xx" oops',
      'type: email\npassword: "abc\n hunter2xx\nto: [',
      "{type: email, password: hunter2xx, to: [}",
    ].map(withAlert),
    "{alerts: {a: {type: email, pass: hunter2xx, to: [}}}",
    "alerts:\n  a:\n    password: hunter2xx: [\n",
    "alerts: {a: {type: http, headers: {Authorization: hunter2xx}, ]}\n",
  ];
  for (const text of texts) {
    assert.match(text, /hunter2xx/);
    const { report } = load(text);
    assert.ok(report.diagnostics.length > 0, text);
    assert.ok(!JSON.stringify(report).includes("hunter2xx"), rendered(text));
    assert.equal(report.source.text.length, text.length);
  }
});

const EXAMPLES = Object.entries(alertShapes).flatMap(([type, shape]) =>
  Object.entries(shape).map(([key, setting]) => [type, key, settingDocs.get(setting)!.example])
) as [keyof typeof alertShapes, string, string][];

const BASES: Record<keyof typeof alertShapes, Record<string, string>> = {
  email: { host: "h", from: "a@b", to: "a@b" },
  http: { url: '"http://x/"' },
  syslog: {},
};

for (const [type, key, example] of EXAMPLES) {
  Deno.test(`the example of ${key} of ${type} alerts in the manual loads`, () => {
    const keys: Record<string, string> = { type, ...BASES[type] };
    if (/^password/.test(key)) keys.username = "a";
    if (key === "username") keys.password = "a";
    delete keys[key];
    const lines = Object.entries(keys).map(([name, value]) => `${name}: ${value}`);
    loadClean(withAlert([...lines, ...key === "type" ? [`type: ${type}`] : [example]].join("\n")));
  });
}

Deno.test("docs/alerts.md has every event and every placeholder", () => {
  const text = Deno.readTextFileSync(new URL("../../docs/alerts.md", import.meta.url));
  const rows = text.split("\n").map((line) => line.replaceAll(/ +/g, " "));
  for (const [event, meaning] of Object.entries(ALERT_EVENTS)) {
    assert.ok(rows.includes(`| \`${event}\` | ${meaning} |`), event);
  }
  for (const word of TEMPLATE_WORDS) assert.ok(text.includes(`{{${word}}}`), word);
});
