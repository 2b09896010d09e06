import assert from "node:assert/strict";
import { source } from "../support/source.ts";
import { load, loadClean, messages, rendered } from "./support.ts";

const CASES: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
  ["an empty file", "", ["error: the file is empty; expected programs"]],
  ["a file of comments", "# nothing\n", ["error: the file is empty; expected programs"]],
  ["programs: without anything", "programs:\n", [
    'error: "programs" is empty; expected at least one program',
  ]],
  ["programs: {}", "programs: {}\n", ['error: "programs" is empty; expected at least one program']],
  ["a list", "- a\n", [
    'error: found a list at the top of the file; expected a mapping with "programs:"',
  ]],
  ["text", "hello\n", [
    'error: found text at the top of the file; expected a mapping with "programs:"',
  ]],
  ["programs as a list", "programs:\n- name: web\n", [
    "error: found a list in programs; expected a mapping from names to programs",
  ]],
  ["a misspelt programs:", "progams: {a: {cmd: x}}\n", [
    'error: unknown key "progams" at the top of the file',
  ]],
  ["the word of another tool", "services: {a: {cmd: x}}\n", [
    'error: unknown key "services" at the top of the file',
  ]],
  ["only taskmaster:", "taskmaster: {}\n", ['error: the file has no "programs:"']],
  ["taskmaster: as a list", "programs: {a: {cmd: x}}\ntaskmaster: [a]\n", [
    "error: found a list in taskmaster; expected a mapping of settings",
  ]],
  ["an empty program", "programs: {web: }\n", ["error: programs.web is empty"]],
  ["an empty program without programs:", "web: {cmd: x}\ndb:\n", ["error: db is empty"]],
  ["a program without cmd", "programs: {web: {numprocs: 1}}\n", ["error: programs.web has no cmd"]],
  ["a program as text", "programs: {web: sleep 5}\n", [
    'error: found text in programs.web; expected a mapping with "cmd"',
  ]],
  ["a bad name", "programs: {a b: {cmd: x}}\n", ['error: unusable program name "a b"']],
  ["the reserved name", "programs: {all: {cmd: x}}\n", ['error: no program can be called "all"']],
];

for (const [name, text, expected] of CASES) {
  Deno.test(`loadConfiguration() explains ${name}`, () => {
    assert.deepEqual(messages(text), expected);
    assert.equal(load(text).configuration, null);
  });
}

Deno.test("loadConfiguration() explains programs that are not indented under programs:", () => {
  assert.equal(
    rendered("programs:\nweb:\n  cmd: x\ndb:\n  cmd: y\n"),
    source`
      conf.yaml:1:1: error: "programs" is empty: nothing is indented under it
       1 | programs:
         | ^^^^^^^^
         = help: indent "web" and what follows under it
      conf.yaml:2:1: note: this key should be indented
       2 | web:
         | ^^^
      1 problem: 1 error`,
  );
});

Deno.test("loadConfiguration() explains keys of a program without a name above them", () => {
  assert.equal(
    rendered("programs:\n  cmd: x\n  numprocs: 2\n"),
    source`
      conf.yaml:2:3: error: "cmd" and "numprocs" without a program's name above
       2 |   cmd: x
         |   ^^^
         = help: write the name, such as "web:", and indent its keys under it
      1 problem: 1 error`,
  );
});

Deno.test("loadConfiguration() explains the tail of a program that has slipped to the left", () => {
  assert.equal(
    rendered("programs:\n  web:\n    cmd: x\n  numprocs: 3\n  stdout: /a\n"),
    source`
      conf.yaml:4:3: error: program "web" has keys that are not indented like its others
       4 |   numprocs: 3
         |   ^^^^^^^^
         = help: indent "numprocs" and "stdout" (lines 4 to 5) under "web:"
      conf.yaml:2:3: note: the program begins here
       2 |   web:
         |   ^^^
      1 problem: 1 error`,
  );
});

Deno.test("loadConfiguration() finds the mistakes inside a program that is not indented", () => {
  assert.deepEqual(messages("web:\ncmd: x\nstopsignal: NO\n"), [
    'error: program "web" is empty: its keys are not indented under it',
    'error: unknown signal "NO" in web.stopsignal',
  ]);
});

Deno.test("loadConfiguration() takes a program that is called like a key", () => {
  const { programs } = loadClean("programs: {env: {cmd: x}, stdout: {cmd: y}}\n");
  assert.deepEqual([...programs.keys()], ["env", "stdout"]);
});

Deno.test("loadConfiguration() takes numbers as names, and taskmaster: beside bare programs", () => {
  const { programs, daemon } = loadClean("1: {cmd: x}\ntaskmaster: {name: n}\n");
  assert.deepEqual([...programs.keys()], ["1"]);
  assert.equal(daemon.name, "n");
});

Deno.test("loadConfiguration() ignores keys that begin with x-", () => {
  const text = source`
    x-top: {cmd: 1, any: [thing]}
    taskmaster: {x-mine: 1}
    programs:
      x-base: 3
      web: {cmd: x, x-owner: joe}
  `;
  assert.deepEqual([...loadClean(text).programs.keys()], ["web"]);
});
