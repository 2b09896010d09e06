import assert from "node:assert/strict";
import type { HttpSettings } from "../../src/core/http_settings.ts";
import { source } from "../support/source.ts";
import { loadClean, messages, rendered } from "./support.ts";

const HASH = "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$" +
  "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
const TOKEN = "0123456789abcdef";

/** A file with these lines under `taskmaster.http:`. */
function withHttp(lines: string): string {
  const indented = lines.replaceAll(/^(?=.)/gm, "    ");
  return `programs: {web: {cmd: x}}\ntaskmaster:\n  http:\n${indented}`;
}

function http(lines: string): HttpSettings {
  return loadClean(withHttp(lines)).daemon.http!;
}

/** With a token, so that only `listen` is in question. */
function listen(text: string): unknown {
  return http(`listen: "${text}"\ntokens: {ci: {token: ${TOKEN}}}\n`).listen;
}

function httpMessages(lines: string): string[] {
  return messages(withHttp(lines));
}

Deno.test("http: takes every key", () => {
  const settings = http(source`
    listen: "[::1]:9001"
    users:
      ada: ${HASH}
      eve: {password_hash: "${HASH}", role: read-only}
    tokens:
      x-note: anything
      a: {token: ${TOKEN}}
      b: {token_env: B_TOKEN, role: Operator}
      c: {token_file: secrets/c, role: admin}
    hosts: [TM.example.com, "[fd00::1]"]
  `);
  assert.deepEqual(settings, {
    listen: { host: "::1", port: 9001 },
    users: {
      ada: { passwordHash: HASH, role: "admin" },
      eve: { passwordHash: HASH, role: "read-only" },
    },
    tokens: {
      a: { source: { kind: "text", text: TOKEN }, role: "admin" },
      b: { source: { kind: "env", name: "B_TOKEN" }, role: "operator" },
      c: { source: { kind: "file", path: "/etc/tm/secrets/c" }, role: "admin" },
    },
    hosts: ["tm.example.com", "fd00::1"],
  });
});

Deno.test("http.listen takes hosts of every kind, and a port alone means loopback", () => {
  assert.deepEqual(listen("127.0.0.1:9001"), { host: "127.0.0.1", port: 9001 });
  assert.deepEqual(listen("0.0.0.0:80"), { host: "0.0.0.0", port: 80 });
  assert.deepEqual(listen("LocalHost:0"), { host: "localhost", port: 0 });
  assert.deepEqual(listen("[::]:9001"), { host: "::", port: 9001 });
  assert.deepEqual(listen(":9001"), { host: "127.0.0.1", port: 9001 });
  assert.deepEqual(listen("9001"), { host: "127.0.0.1", port: 9001 });
});

const BAD_ADDRESSES: readonly (readonly [written: string, message: string, help?: string])[] = [
  ["127.0.0.1:65536", 'no such port: "65536" in P; expected a port from 0 to 65535'],
  ["localhost", 'not an address: "localhost" in P', 'a port is missing: "localhost:9001"'],
  ["*:9001", 'not an address: "*:9001" in P', 'write "0.0.0.0" or "[::]" in the place of "*"'],
  ["::1:9001", 'not an address: "::1:9001" in P', 'an IPv6 address goes in brackets: "[::1]:9001"'],
  ["http://a:80", 'not an address: "http://a:80" in P', "write only the host and the port"],
  ["a b:80", 'not an address: "a b:80" in P; expected "HOST:PORT"'],
];

for (const [written, message, help = ""] of BAD_ADDRESSES) {
  Deno.test(`http.listen refuses ${written}`, () => {
    const text = withHttp(`listen: "${written}"\ntokens: {ci: {token: ${TOKEN}}}\n`);
    assert.deepEqual(messages(text), [`error: ${message.replace("P", "taskmaster.http.listen")}`]);
    assert.ok(rendered(text).includes(help), rendered(text));
  });
}

Deno.test("http: has to have listen and credentials", () => {
  assert.deepEqual(httpMessages("hosts: a\n"), [
    "error: taskmaster.http has no listen",
    "error: taskmaster.http has neither users nor tokens",
  ]);
  assert.deepEqual(httpMessages("listen: 9001\nusers: {}\ntokens:\n"), [
    "error: taskmaster.http has neither users nor tokens",
  ]);
  assert.match(rendered(withHttp("listen: 9001\n")), /help: add one, .*taskmaster hash-password/);
  assert.deepEqual(messages("web: {cmd: x}\ntaskmaster: {http: 9001}\n"), [
    "error: found text in taskmaster.http; expected a mapping",
  ]);
});

Deno.test("http: reports every mistake in users", () => {
  const text = withHttp(source`
    listen: 9001
    users:
      ada: {password: hunter2}
      bob: {password_hash: hunter2, rol: admin}
      cid: hunter2
      dan: {role: root, password_hash: "${HASH}"}
      eve:
      f:g: "${HASH}"
      gil: [1]
  `);
  assert.deepEqual(messages(text), [
    "error: taskmaster.http.users.ada has no password_hash",
    'error: unknown key "password" in taskmaster.http.users.ada',
    "error: a value that is not a password hash in taskmaster.http.users.bob.password_hash",
    'error: unknown key "rol" in taskmaster.http.users.bob',
    "error: a value that is not a password hash in taskmaster.http.users.cid.password_hash",
    'error: unknown value "root" in taskmaster.http.users.dan.role; ' +
    "expected read-only, operator or admin",
    "error: taskmaster.http.users.eve has no password_hash",
    'error: not a name: "f:g" in taskmaster.http.users',
    "error: found a list in taskmaster.http.users.gil; expected a mapping with password_hash",
  ]);
  const shown = rendered(text);
  assert.match(shown, /did you mean "role"\?/);
  assert.match(shown, /write what `taskmaster hash-password` prints for the password/);
  assert.match(shown, /write "password_hash", with what `taskmaster hash-password` prints/);
});

Deno.test("http: reports every mistake in tokens", () => {
  const text = withHttp(source`
    listen: 9001
    tokens:
      a: {token: ${TOKEN}, token_env: A}
      b: {role: operator}
      c: {token: short}
      d: {token: ""}
      e: {token: "0123456789 abcdef"}
      f: {token_env: $F}
      g: {token_fil: /x}
  `);
  assert.deepEqual(messages(text), [
    "error: taskmaster.http.tokens.a has both token and token_env",
    "error: taskmaster.http.tokens.b has no token",
    "error: a token that is shorter than 16 characters in taskmaster.http.tokens.c.token",
    "error: a token that is empty in taskmaster.http.tokens.d.token",
    "error: a token that contains characters other than visible ASCII ones " +
    "in taskmaster.http.tokens.e.token",
    "error: not the name of a variable in taskmaster.http.tokens.f.token_env",
    "error: taskmaster.http.tokens.g has no token",
    'error: unknown key "token_fil" in taskmaster.http.tokens.g',
  ]);
  assert.match(rendered(text), /did you mean "token_file"\?/);
});

Deno.test("http.hosts takes names only", () => {
  const lines = (hosts: string) => `listen: 9001\ntokens: {ci: ${TOKEN}}\nhosts: ${hosts}\n`;
  assert.deepEqual(http(lines("a.example")).hosts, ["a.example"]);
  assert.deepEqual(httpMessages(lines('["https://a.example/", "a.example:80", "*"]')), [
    'error: not a host name: "https://a.example/" in taskmaster.http.hosts[0]',
    'error: not a host name: "a.example:80" in taskmaster.http.hosts[1]',
    'error: not a host name: "*" in taskmaster.http.hosts[2]; expected a host name, or a list of them'
      .replace("; expected a host name, or a list of them", ""),
  ]);
  assert.match(rendered(withHttp(lines('["a.example:80"]'))), /write only the name: "a\.example"/);
});

Deno.test("messages about http: show its lines without the secrets in them", () => {
  const secrets = [
    "plain-password-1",
    "plain-password-2",
    "misspelt-token-secret",
    "shorttoken",
    "$scrypt$ln=15",
    "aliased-token-secret",
  ];
  const text = withHttp(source`
    x-shared: &shared "${secrets[5]!}"
    listen: 9001
    users:
      a: {password_hash: ${secrets[0]!}, rol: admin}
      b: "${secrets[1]!}"
      d: {password_hash: "${HASH}", rol: admin}
    tokens:
      a: {tokn: ${secrets[2]!}}
      b: {token: ${secrets[3]!}, role: nobody}
      c: {token: *shared, rol: admin}
  `);
  const shown = rendered(text);
  for (const secret of secrets) assert.ok(!shown.includes(secret), `${secret} in\n${shown}`);
  assert.match(shown, /a: \{password_hash: \*{16}, rol: \*{5}\}/);
  assert.match(shown, /role: nobody/);
});

Deno.test("messages about broken YAML show no secrets either", () => {
  for (const line of [`token: "${TOKEN}`, `password_hash: "${HASH}`, `ada: "${HASH}`]) {
    const shown = rendered(withHttp(`listen: 9001\nusers:\n  ${line}\n`));
    assert.match(shown, /error/);
    assert.ok(!shown.includes("c2FsdHNhbHR") && !shown.includes(TOKEN), shown);
  }
});
