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
  "tty: true",
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

Deno.test("configJsonSchema() describes every key", () => {
  const { program, taskmaster } = SCHEMA.$defs as Record<string, {
    properties: Record<string, { description?: string }>;
  }>;
  for (const { properties } of [program!, taskmaster!]) {
    for (const [key, { description }] of Object.entries(properties)) {
      assert.ok(description !== undefined && description.length > 20, key);
    }
  }
  assert.match(program!.properties.env!.description!, /taskmaster\.env/);
});
