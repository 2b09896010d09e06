/** Values of `env` are never shown with a mistake; their names are. */
import assert from "node:assert/strict";
import { load, rendered } from "./support.ts";

const web = (env: string) => `web:\n  cmd: x\n  nope: 1\n  ${env}\n`;

const TEXTS: readonly string[] = [
  ...[
    "env: {DB: hunter2xx, NAME: 'hunter2xx b', LAST: \"hunter2xx\"}",
    "env: [hunter2xx]",
    "env: [DB=hunter2xx, 'NAME=hunter2xx', aHVudGVy+hunter2xx==, {A: hunter2xx}]",
    "env: DB=hunter2xx",
    "env: hunter2xx",
    "env: {DB=hunter2xx}",
    "env: {DB=hunter2xx, DB=hunter2xx}",
    "env: {DB:hunter2xx}",
    'env: {"DB=PASS": hunter2xx}',
    "env: {A: [hunter2xx], B: {C: hunter2xx, D: {E: hunter2xx}}}",
    "env: {A: hunter2xx, A: hunter2xx}",
    "env: {A: *hunter2xx, B: !hunter2xx c}",
    "env: {A: !x hunter2xx, [hunter2xx]: x, B: &a hunter2xx, C: *a, D: [*a]}",
    "env:\n    A: 1 # was hunter2xx\n    # hunter2xx\n    B: [x]",
    "env:\n    A: |\n      first\n      hunter2xx\n    B: >-\n      hunter2xx\n    C: [x]",
    "env:\n  db_host: 1\n  DB: hunter2xx",
    'environment: A="hunter2xx",B=hunter2xx',
    "evn: {A: hunter2xx}",
    "<<: {env: {A: hunter2xx}}\n  env: [x]",
    // Not even YAML.
    "env: {A: hunter2xx, B: ]",
    "env: {A: 'hunter2xx, B: \"it's hunter2xx\"",
    "env: {A: @hunter2xx}",
    "env: {A: hunter2xx: x, B: hunter2xx",
    "env: {A: hunter2xx} hunter2xx",
    "env:\n    A: @hunter2xx",
    "env:\n    A: hunter2xx: x",
    'env:\n    - A=hunter2xx\n    - "b=hunter2xx',
    'env:\n    a: "hunter2xx" hunter2xx\n    hunter2xx\n  autostart: {',
    "env:\n    a: x\n   b: hunter2xx",
    "env:\n  {a: hunter2xx,\n   b: hunter2xx\n}}",
    "env\n    DB: hunter2xx: x",
  ].map(web),
  "x-env: &e {A: hunter2xx}\nprograms: {web: {cmd: x, nope: 1, env: *e, evn: [*e]}}\n",
  "x-env: &e hunter2xx\nprograms: {web: {cmd: x, nope: 1, env: *e, user: {}}}\n",
  "programs: {web: {cmd: x, env: {A: hunter2xx}, nope: 1}, b: {cdm: x, env: {A: hunter2xx}}}\n",
  "taskmaster: {env: {A: hunter2xx}, nope: 1, loglevel: nope}\nweb: {cmd: x}\n",
  "taskmaster: {env: [A=hunter2xx]}\nweb: {cmd: x}\n",
  "taskmaster: {env: {A: hunter2xx}, nope: 1]\nweb: {cmd: x}\n",
  "env: {A: hunter2xx}\nweb: {cmd: x}\n",
];

for (const text of TEXTS) {
  Deno.test(`no value of env is shown of ${text}`, () => {
    assert.match(text, /hunter2xx/);
    const { report } = load(text);
    assert.ok(report.diagnostics.length > 0);
    assert.ok(!JSON.stringify(report).includes("hunter2xx"), rendered(text));
    assert.equal(report.source.text.length, text.length);
  });
}

Deno.test("names in env, and what is beside env, are shown", () => {
  const line = "web: {cmd: x, nope: 1, env: {DB_HOST: a.b, port: 5}, umask: 022}";
  assert.equal(
    load(`${line}\n`).report.source.text.trim(),
    "web: {cmd: x, nope: 1, env: {DB_HOST: ***, port: *}, umask: 022}",
  );
  assert.match(rendered(web("env: [DB_HOST=a.b]")), /env: \[DB_HOST=\*\*\*\]/);
  assert.match(rendered(web("env: {DB=a.b}")), /"=" in the name of variable "DB=…"/);
});

Deno.test("of a text that is no YAML, what is after env is shown", () => {
  const { report } = load(
    "web:\n  env: {A: 'b', C: [}]}\n  cmd: x\ndb:\n  env:\n    A: b\n  cmd: [\n",
  );
  assert.deepEqual(report.source.text.split("\n").slice(2), [
    "  cmd: x",
    "db:",
    "  env:",
    "    A: *",
    "  cmd: [",
    "",
  ]);
});
