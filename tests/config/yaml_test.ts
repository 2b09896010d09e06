import assert from "node:assert/strict";
import { source } from "../support/source.ts";
import { load, loadClean, messages, rendered } from "./support.ts";

const SYNTAX: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
  ["tabs", "programs:\n  web:\n\tcmd: x\n\tb: y\n", [
    "error: a tab indents this line",
    "error: a tab indents this line",
  ]],
  ["two mistakes of syntax", "programs:\n  web:\n    cmd: echo: hi\n   umask: 022\n", [
    'error: an unquoted value contains ": "',
    "error: the indentation of this line fits no line above it",
  ]],
  ["a missing colon", "programs:\n  web\n    cmd: x\n", ['error: no ":" after "web"']],
  ["an open list", "web: {cmd: [a, b}\n", [
    'error: no closing "]" before this point, or it is not indented enough',
  ]],
  ["a value that starts with @", "web: {cmd: @x}\n", [
    "error: an unquoted value cannot start with this character",
  ]],
  ["a bad escape", 'web: {cmd: "\\q"}\n', ["error: unknown escape sequence in double quotes"]],
  ["two documents", "web: {cmd: x}\n---\ndb: {cmd: y}\n", [
    "error: a second YAML document begins here",
  ]],
  ["text after a value", "web:\n  cmd: 'a' b\n", ['error: unexpected text "b"']],
  ["keys under a value", "programs:\n  web: x\n    cmd: y\n", [
    'error: the lines under "x" are indented as if they belonged to it',
  ]],
  ["a tag", "web: {cmd: !sh x}\n", ["error: a tag has no meaning here"]],
  ["a list as a key", "? [a]\n: {cmd: x}\nweb: {cmd: x}\n", ["error: a list as a key"]],
  ["an alias of no program", "web: *nope\ndb: {cmd: x}\n", [
    "error: no anchor of this name above this alias",
  ]],
  ["an alias of nothing", "web: {cmd: *nope}\n", [
    "error: no anchor of this name above this alias",
  ]],
];

for (const [name, text, expected] of SYNTAX) {
  Deno.test(`loadConfiguration() explains ${name}`, () => {
    assert.deepEqual(messages(text), expected);
  });
}

Deno.test("loadConfiguration() shows where a quote is opened that is never closed", () => {
  assert.equal(
    rendered("programs:\n  web:\n    cmd: 'abc\n    umask: 022\n"),
    source`
      conf.yaml:3:10: error: a quote is opened here and never closed
       3 |     cmd: 'abc
         |          ^^^^
         = help: add the closing ' at the end of the value
      1 problem: 1 error`,
  );
});

Deno.test("loadConfiguration() points at both places of a duplicate key", () => {
  assert.equal(
    rendered("programs:\n  web:\n    cmd: a\n    umask: 022\n    cmd: b\n"),
    source`
      conf.yaml:5:5: error: duplicate key "cmd"
       5 |     cmd: b
         |     ^^^
      conf.yaml:3:5: note: first defined here
       3 |     cmd: a
         |     ^^^
      1 problem: 1 error`,
  );
});

Deno.test("loadConfiguration() merges mappings: own keys first, then the first source", () => {
  const text = source`
    x-a: &a {umask: 027, priority: 1, env: {A: a}}
    x-b: &b {umask: 077, numprocs: 2}
    programs:
      web:
        <<: [*a, *b]
        cmd: x
        priority: 5
      db: {cmd: y, <<: *b}
  `;
  const { programs } = loadClean(text);
  const { umask, priority, numprocs, env } = programs.get("web")!;
  assert.deepEqual([umask, priority, numprocs, env], [0o027, 5, 2, { A: "a" }]);
  assert.equal(programs.get("db")!.umask, 0o077);
});

Deno.test("loadConfiguration() reports a mistake in merged text once, where it is written", () => {
  const text = source`
    x-base: &base
      stopsignal: NOPE
    programs:
      a: {<<: *base, cmd: x}
      b: {<<: *base, cmd: y}
  `;
  assert.equal(
    rendered(text),
    source`
      conf.yaml:2:15: error: unknown signal "NOPE" in programs.a.stopsignal
       2 |   stopsignal: NOPE
         |               ^^^^
         = help: write a name such as TERM or SIGTERM, or a number from 1 to 31
      1 problem: 1 error`,
  );
});

Deno.test("loadConfiguration() points at an alias and at what it stands for", () => {
  assert.equal(
    rendered("x-t: &t soon\nweb:\n  cmd: x\n  starttime: *t\n"),
    source`
      conf.yaml:4:14: error: not a time: "soon" in web.starttime; expected seconds (0.5), or a time with a unit ("500ms", "1m")
       4 |   starttime: *t
         |              ^^
      conf.yaml:1:9: note: the value is defined here
       1 | x-t: &t soon
         |         ^^^^
      1 problem: 1 error`,
  );
});

Deno.test('loadConfiguration() takes a quoted "<<" for a key like any other', () => {
  assert.deepEqual(messages('web: {cmd: x, "<<": {umask: 022}}'), [
    'error: unknown key "<<" in web',
  ]);
});

Deno.test("loadConfiguration() refuses to merge what is no mapping", () => {
  assert.deepEqual(messages("x-a: &a 3\nweb: {cmd: x, <<: *a}\n"), ['error: "<<" merges text']);
});

Deno.test("loadConfiguration() refuses aliases that multiply", () => {
  const lines = ["x-0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 12; level++) {
    const alias = `*a${level - 1}`;
    lines.push(`x-${level}: &a${level} [${Array(10).fill(alias).join(", ")}]`);
  }
  lines.push("web: {cmd: x}");
  assert.deepEqual(messages(lines.join("\n")), ["error: aliases repeat too much of the file"]);
});

Deno.test("loadConfiguration() refuses an alias inside what it stands for", () => {
  assert.deepEqual(messages("x-a: &a [*a]\nweb: {cmd: x}\n"), [
    "error: no anchor of this name above this alias",
  ]);
});

Deno.test("loadConfiguration() reads numbers as 1.2 whatever version a file declares", () => {
  assert.equal(
    loadClean("%YAML 1.1\n---\nweb: {cmd: x, umask: 022, env: {A: 1_000}}\n").programs.get("web")!
      .env.A,
    "1_000",
  );
});

for (const nested of ["[", "{a: ", "- ", "? ", "a:\n ", "&a "]) {
  Deno.test(`loadConfiguration() survives 20000 times ${JSON.stringify(nested)}`, () => {
    assert.equal(load(nested.repeat(20_000)).configuration, null);
  });
}
