import assert from "node:assert/strict";
import { parse } from "yaml";
import { configJsonSchema } from "../../src/config/json_schema.ts";
import { SAMPLE_CONFIGURATION } from "../../src/config/sample.ts";
import { validate } from "../support/json_schema.ts";
import { load } from "./support.ts";

const SCHEMA = configJsonSchema();

/** As an editor would read it. */
function schemaMistakes(text: string): string[] {
  return validate(SCHEMA, parse(text, { merge: true }));
}

const FILES: readonly (readonly [name: string, text: string])[] = [
  ["the sample", SAMPLE_CONFIGURATION],
  ...["configs/", "tests/config/seeds/"].flatMap((directory) => {
    const url = new URL(`../../${directory}`, import.meta.url);
    return [...Deno.readDirSync(url)].map(({ name }) =>
      [directory + name, Deno.readTextFileSync(new URL(name, url))] as const
    );
  }),
];

for (const [name, text] of FILES) {
  Deno.test(`configJsonSchema() and the loader agree on ${name}`, () => {
    const isLoaded = load(text).configuration !== null;
    assert.equal(schemaMistakes(text).length === 0, isLoaded, schemaMistakes(text).join("\n"));
  });
}

/** Values of keys that the loader accepts, and so must the schema. */
const ACCEPTED = [
  "cmd: [1, true, x]",
  "cmd: 42",
  'numprocs: "3"',
  "autostart: yes",
  "autostart: OFF",
  "autorestart: true",
  "autorestart: Always",
  "exitcodes: 3",
  'exitcodes: "0, 2"',
  "exitcodes: [0, 2]",
  "starttime: 0.5",
  "starttime: 1h30m",
  "starttime: 1m 2s",
  'starttime: ".5"',
  "stopsignal: SIGUSR1",
  "stopsignal: 15",
  "umask: 022",
  'umask: "0o22"',
  "stdout:",
  "env:",
  "env: {A: 1, B: 1.5, C: yes, D: , E: true}",
  "fatal_state_report_address: '[::1]:80'",
  "tty: true",
  "x-mine: {any: thing}",
];

const REFUSED = [
  "cmd: []",
  "cmd: {a: b}",
  "numprocs: 0",
  "numprocs: x",
  "autostart: maybe",
  "exitcodes: 256",
  "exitcodes: []",
  "starttime: -1",
  "starttime: soon",
  "umask: 1000",
  "env: [A]",
  "env: {A: [1]}",
  "fatal_state_report_address: here",
  "command: x",
  "tty: maybe",
  "stdout_maxbytes: 1XB",
];

function withKey(line: string): string {
  return `web:\n${line.startsWith("cmd") ? "" : "  cmd: x\n"}  ${line}\n`;
}

for (const line of ACCEPTED) {
  Deno.test(`configJsonSchema() accepts ${line}`, () => {
    assert.notEqual(load(withKey(line)).configuration, null);
    assert.deepEqual(schemaMistakes(withKey(line)), []);
  });
}

for (const line of REFUSED) {
  Deno.test(`configJsonSchema() refuses ${line}`, () => {
    assert.equal(load(withKey(line)).configuration, null);
    assert.notDeepEqual(schemaMistakes(withKey(line)), []);
  });
}

const HASH = "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$" +
  "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
const TOKEN = "tokens: {ci: {token: 0123456789abcdef}}";

const ACCEPTED_HTTP = [
  `listen: 9001, ${TOKEN}`,
  `listen: "[::]:9001", hosts: a, ${TOKEN}`,
  `listen: localhost:0, hosts: [a, b], users: {}, ${TOKEN}`,
  `listen: 9001, users: {ada: "${HASH}", x-y: 1}`,
  `listen: 9001, users: {ada: {password_hash: "${HASH}", role: read-only}}`,
  "listen: 9001, tokens: {ci: {token_env: CI, role: Operator}, b: {token_file: /x}}",
];

const REFUSED_HTTP = [
  TOKEN,
  "listen: 9001",
  "listen: 9001, users: {}",
  `listen: "*:9001", ${TOKEN}`,
  `listen: 9001, port: 80, ${TOKEN}`,
  "listen: 9001, users: {ada: hunter2}",
  `listen: 9001, users: {"a:b": "${HASH}"}`,
  `listen: 9001, users: {ada: {password_hash: "${HASH}", role: root}}`,
  "listen: 9001, tokens: {ci: {token: short}}",
  "listen: 9001, tokens: {ci: {role: admin}}",
  "listen: 9001, tokens: {ci: {token_env: A, token_file: /x}}",
];

for (const keys of ACCEPTED_HTTP) {
  Deno.test(`configJsonSchema() accepts http: {${keys}}`, () => {
    const text = `web: {cmd: x}\ntaskmaster: {http: {${keys}}}\n`;
    assert.notEqual(load(text).configuration, null);
    assert.deepEqual(schemaMistakes(text), []);
  });
}

for (const keys of REFUSED_HTTP) {
  Deno.test(`configJsonSchema() refuses http: {${keys}}`, () => {
    const text = `web: {cmd: x}\ntaskmaster: {http: {${keys}}}\n`;
    assert.equal(load(text).configuration, null);
    assert.notDeepEqual(schemaMistakes(text), []);
  });
}

/** Alerts, by what is inside the braces, and whether they are right. */
const ALERTS: readonly (readonly [text: string, isRight: boolean])[] = [
  ["type: syslog", true],
  ["type: syslog, on: fatal, facility: LOCAL0, address: 'tcp://h:1'", true],
  ["type: syslog, host: h", false],
  ["type: syslog, address: nowhere", false],
  ["type: syslog, on: [crash]", false],
  ["type: syslog, max_per_hour: 9999", false],
  ["type: http, url: 'https://h/x', headers: {A: b, C: 1}, group_window: 1m", true],
  ["type: http", false],
  ["type: http, url: 'ftp://h/'", false],
  ["type: email, host: h, from: a@b, to: [a@b, c@d], programs: [web, 'd*']", true],
  ["type: email, host: h, from: a@b, to: joe", false],
  ["type: email, host: h", false],
  ["type: pigeon", false],
  ["on: fatal", false],
];

for (const [alert, isRight] of ALERTS) {
  Deno.test(`configJsonSchema() and the loader agree on the alert ${alert}`, () => {
    const text = `programs: {web: {cmd: x}, db: {cmd: x}}\nalerts: {a: {${alert}}}\n`;
    assert.equal(load(text).configuration !== null, isRight);
    assert.equal(schemaMistakes(text).length === 0, isRight, schemaMistakes(text).join("\n"));
  });
}

Deno.test("configJsonSchema() describes every key", () => {
  const { program, taskmaster, http } = SCHEMA.$defs as Record<string, {
    properties: Record<string, { description?: string }>;
  }>;
  for (const { properties } of [program!, taskmaster!, http!]) {
    for (const [key, { description }] of Object.entries(properties)) {
      assert.ok(description !== undefined && description.length > 20, key);
    }
  }
  assert.match(program!.properties.env!.description!, /taskmaster\.env/);
});
