import assert from "node:assert/strict";
import plugin from "../../tools/lint/layers.ts";

/** The messages that the rule gives for `source`, as if it were the file at `path`. */
function lint(rule: string, path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source)
    .filter((diagnostic) => diagnostic.id === `taskmaster/${rule}`)
    .map((diagnostic) => diagnostic.message);
}

function imports(from: string, specifier: string): boolean {
  return lint("imports", from, `import { x } from "${specifier}"; x();`).length === 0;
}

const FOLDERS = [
  "base",
  "core",
  "ports",
  "config",
  "sys",
  "supervisor",
  "control",
  "render",
  "commands",
  "cli",
  "shell",
  "http",
  "alert",
  "logging",
  "modes",
];

/** Written out a second time on purpose: a slip in the plugin's own table must show. */
const ALLOWED: Record<string, string> = {
  base: "base",
  core: "core base",
  ports: "ports base core",
  config: "config base core",
  sys: "sys base core ports",
  supervisor: "supervisor base core config ports",
  control: "control base core ports",
  render: "render base core",
  commands: "commands base core ports render",
  cli: "cli base core ports render commands",
  shell: "shell base core ports render commands",
  http: "http base core ports render",
  alert: "alert base core ports render",
  logging: "logging base",
  modes: FOLDERS.join(" "),
};

for (const from of FOLDERS) {
  Deno.test(`imports lets src/${from} import exactly what the table says`, () => {
    const allowed = FOLDERS.filter((to) => imports(`src/${from}/a.ts`, `../${to}/b.ts`));
    assert.deepEqual(allowed.sort(), ALLOWED[from]!.split(" ").sort());
  });
}

Deno.test("imports lets main.ts import cli and modes only", () => {
  const allowed = FOLDERS.filter((to) => imports("main.ts", `./src/${to}/b.ts`));
  assert.deepEqual(allowed, ["cli", "modes"]);
  assert.equal(imports("main.ts", "./deno.json"), true);
});

Deno.test("imports lets tests and tools import everything", () => {
  for (const to of FOLDERS) {
    assert.equal(imports("tests/core/a_test.ts", `../../src/${to}/b.ts`), true);
    assert.equal(imports("tools/build.ts", `../src/${to}/b.ts`), true);
  }
  assert.equal(imports("tests/core/a_test.ts", "fast-check"), true);
});

Deno.test("imports refuses tests, tools and main.ts in every folder", () => {
  for (const from of FOLDERS) {
    assert.equal(imports(`src/${from}/a.ts`, "../../tests/support/x.ts"), false, from);
    assert.equal(imports(`src/${from}/a.ts`, "../../tools/x.ts"), false, from);
    assert.equal(imports(`src/${from}/a.ts`, "../../main.ts"), false, from);
  }
});

Deno.test("imports lets http and alert use the wire messages and nothing else of control", () => {
  for (const from of ["http", "alert"]) {
    assert.equal(imports(`src/${from}/a.ts`, "../control/messages.ts"), true);
    assert.equal(imports(`src/${from}/a.ts`, "../control/server.ts"), false);
  }
});

Deno.test("imports sees through folders below a folder", () => {
  assert.equal(imports("src/core/deep/a.ts", "../b.ts"), true);
  assert.equal(imports("src/core/deep/a.ts", "../../sys/b.ts"), false);
});

Deno.test("imports reports a folder that is not in the table, and files outside of one", () => {
  assert.match(lint("imports", "src/lib/a.ts", "f();")[0]!, /src\/lib\/a\.ts lies in no folder/);
  assert.match(lint("imports", "src/a.ts", "f();")[0]!, /src\/a\.ts lies in no folder/);
  assert.equal(imports("src/core/a.ts", "../lib/b.ts"), false);
});

Deno.test("imports says what the folder may import", () => {
  assert.deepEqual(lint("imports", "src/core/a.ts", 'import "../sys/libc.ts";'), [
    "src/core must not import src/sys/libc.ts; it may import base",
  ]);
});

Deno.test.each<[string, string]>([
  ["a type import", 'import type { X } from "../sys/x.ts"; export let x: X;'],
  ["a re-export", 'export { x } from "../sys/x.ts";'],
  ["a re-export of everything", 'export * from "../sys/x.ts";'],
  ["an import at run time", 'export const x = import("../sys/x.ts");'],
  ["a type written as an import", 'export let x: import("../sys/x.ts").X;'],
  ["an import for effect", 'import "../sys/x.ts";'],
])("imports finds %s", (_name, source) => {
  assert.equal(lint("imports", "src/core/a.ts", source).length, 1);
});

Deno.test("imports keeps each package in its folders", () => {
  const packages = {
    "yaml": ["config"],
    "zod": ["config", "control"],
    "shlex": ["config", "shell"],
    "commander": ["cli", "commands"],
    "fast-string-width": ["render", "shell"],
    "left-pad": [],
    "@scope/left-pad": [],
  };
  for (const [name, expected] of Object.entries(packages)) {
    const folders = FOLDERS.filter((from) => imports(`src/${from}/a.ts`, name)).sort();
    assert.deepEqual(folders, expected, name);
    assert.equal(imports("main.ts", name), false, name);
  }
  assert.equal(imports("src/config/a.ts", "yaml/util"), true);
  assert.equal(imports("src/core/a.ts", "npm:yaml@2.9.1"), false);
});

Deno.test("imports keeps what runs in browsers out of the program", () => {
  assert.equal(imports("src/modes/a.ts", "../page/a.ts"), false);
  assert.equal(imports("src/page/a.ts", "./b.ts"), true);
  assert.equal(imports("src/page/a.ts", "../render/a.ts"), true);
  assert.equal(imports("src/page/a.ts", "../sys/a.ts"), false);
});

Deno.test("imports keeps built-in modules that reach the system out of pure folders", () => {
  assert.equal(imports("src/core/a.ts", "node:fs"), false);
  assert.equal(imports("src/supervisor/a.ts", "node:timers"), false);
  assert.equal(imports("src/config/a.ts", "node:path"), true);
  assert.equal(imports("src/config/read.ts", "node:fs"), true);
  assert.equal(imports("src/sys/a.ts", "node:fs"), true);
});

const PURE = ["base", "core", "ports", "config", "supervisor", "render", "commands"];

Deno.test.each<[string]>([
  ["Deno.readTextFileSync(path);"],
  ["Date.now();"],
  ["new Date();"],
  ["setTimeout(f, 1);"],
  ["setInterval(f, 1);"],
  ["Math.random();"],
  ["console.log(1);"],
  ["performance.now();"],
  ["globalThis.setTimeout(f, 1);"],
  ['globalThis["Deno"];'],
  ["f({ console });"],
  ["f({ log: console });"],
  ["const later = setTimeout;"],
  ["let file: Deno.FsFile;"],
])("pure refuses %s in the pure folders only", (source) => {
  for (const folder of FOLDERS) {
    const expected = PURE.includes(folder) ? 1 : 0;
    assert.equal(lint("pure", `src/${folder}/a.ts`, source).length, expected, folder);
  }
  assert.equal(lint("pure", "main.ts", source).length, 0);
  assert.equal(lint("pure", "tests/core/a_test.ts", source).length, 0);
});

Deno.test("pure lets config/read.ts reach the system", () => {
  assert.deepEqual(lint("pure", "src/config/read.ts", "Deno.readTextFileSync(path);"), []);
});

Deno.test.each<[string]>([
  ["new Date(ms).toISOString();"],
  ["Math.max(1, 2);"],
  ["process.performance;"],
  ["f({ console: 1 });"],
  ["interface A { performance: number; setTimeout(): void }"],
  ["class A { console = 1; setInterval() {} }"],
  ["let x: A.Date;"],
  ['const text = "Deno";'],
])("pure lets %s through", (source) => {
  assert.deepEqual(lint("pure", "src/core/a.ts", source), []);
});

Deno.test("restricted-members keeps Deno.exit in main.ts", () => {
  assert.deepEqual(lint("restricted-members", "main.ts", "Deno.exit(1);"), []);
  assert.deepEqual(lint("restricted-members", "tests/a_test.ts", "Deno.exit(1);"), []);
  for (const folder of FOLDERS) {
    assert.deepEqual(lint("restricted-members", `src/${folder}/a.ts`, "Deno.exit(1);"), [
      "Deno.exit may only be used in main.ts",
    ]);
  }
});

Deno.test("restricted-members keeps Deno.dlopen and Deno.Command in src/sys", () => {
  for (const source of ['Deno.dlopen("x", {});', 'new Deno.Command("x");', 'Deno["Command"];']) {
    const folders = FOLDERS.filter((folder) =>
      lint("restricted-members", `src/${folder}/a.ts`, source).length === 0
    );
    assert.deepEqual(folders, ["sys"], source);
    assert.equal(lint("restricted-members", "main.ts", source).length, 1, source);
    assert.equal(lint("restricted-members", "tests/a_test.ts", source).length, 0, source);
  }
});

Deno.test("file-name refuses names that say nothing, everywhere", () => {
  for (const name of ["utils", "util", "helpers", "helper", "common", "types", "utils_test"]) {
    assert.equal(lint("file-name", `src/core/${name}.ts`, "f();").length, 1, name);
    assert.equal(lint("file-name", `tests/support/${name}.ts`, "f();").length, 1, name);
  }
  assert.deepEqual(lint("file-name", "src/core/file_types.ts", "f();"), []);
});

Deno.test("no-barrel refuses a file that only passes on", () => {
  const barrels = [
    'export * from "./a.ts";',
    'export { a } from "./a.ts"; export type { B } from "./b.ts";',
    'import { a } from "./a.ts"; export { a };',
  ];
  for (const source of barrels) {
    assert.equal(lint("no-barrel", "src/core/mod.ts", source).length, 1, source);
  }
  assert.deepEqual(lint("no-barrel", "src/core/a.ts", 'import "./a.ts";'), []);
  assert.deepEqual(lint("no-barrel", "src/core/a.ts", "export const a = 1;"), []);
  assert.deepEqual(
    lint("no-barrel", "src/core/a.ts", 'export { a } from "./a.ts"; export const b = 1;'),
    [],
  );
});
