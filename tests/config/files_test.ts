import assert from "node:assert/strict";
import { configDocs } from "../../tools/gen_docs.ts";
import { alertShapes } from "../../src/config/alert_schema.ts";
import { daemonShape } from "../../src/config/daemon_schema.ts";
import { httpShape, userShape } from "../../src/config/http_schema.ts";
import { programShape } from "../../src/config/program_schema.ts";
import { SAMPLE_CONFIGURATION } from "../../src/config/sample.ts";
import { settingDocs } from "../../src/config/setting.ts";
import { loadClean } from "./support.ts";

const ROOT = new URL("../../", import.meta.url);
const CONFIGS = new URL("configs/", ROOT);

function readConfig(name: string): string {
  return Deno.readTextFileSync(new URL(name, CONFIGS));
}

for (const { name } of Deno.readDirSync(CONFIGS)) {
  Deno.test(`configs/${name} loads without a warning`, () => {
    assert.ok(loadClean(readConfig(name)).programs.size > 0);
  });
}

Deno.test("configs/demo.yaml becomes nobody and works in a directory that everybody may enter", () => {
  const { daemon, programs } = loadClean(readConfig("demo.yaml"));
  assert.equal(daemon.user, "nobody");
  for (const { workingdir } of [daemon, ...programs.values()]) assert.equal(workingdir, "/");
});

Deno.test("configs/demo.yaml shows every kind of life", () => {
  const programs = [...loadClean(readConfig("demo.yaml")).programs.values()];
  assert.ok(programs.some(({ numprocs }) => numprocs === 3));
  assert.ok(programs.some(({ autostart }) => !autostart));
  assert.ok(programs.some(({ command }) => command.at(-1)?.includes("exit 1")));
  const needed = new Set(programs.map(({ command }) => command[0]));
  assert.deepEqual(needed, new Set(["sh", "date"]));
});

Deno.test("configs/reference.yaml has every key of this version", () => {
  const text = readConfig("reference.yaml");
  const keys = [
    ...Object.keys(programShape),
    ...Object.keys(daemonShape),
    ...Object.keys(httpShape),
    ...Object.keys(userShape),
    "token_env",
    ...Object.values(alertShapes).flatMap((shape) => Object.keys(shape)),
  ];
  const missing = keys.filter((key) => !new RegExp(`^ +(?:# )?${key}:`, "m").test(text));
  assert.deepEqual(missing, []);
});

Deno.test("the sample of taskmaster init loads without a warning", () => {
  assert.deepEqual([...loadClean(SAMPLE_CONFIGURATION).programs.keys()], [
    "web",
    "worker",
    "migrate",
  ]);
});

Deno.test("what the sample has commented out loads without a warning, too", () => {
  const text = SAMPLE_CONFIGURATION.replaceAll(/^( *)# ( *[a-z_]+:.*)$/gm, "$1$2");
  const { daemon, programs } = loadClean(text);
  assert.deepEqual(daemon.http, {
    listen: { host: "127.0.0.1", port: 9001 },
    users: {},
    tokens: { me: { source: { kind: "env", name: "TASKMASTER_TOKEN" }, role: "admin" } },
    hosts: [],
  });
  assert.equal(programs.get("worker")?.stdout.kind, "file");
});

Deno.test("docs/config.md is what tools/gen_docs.ts writes", () => {
  assert.equal(Deno.readTextFileSync(new URL("docs/config.md", ROOT)), configDocs());
});

/** Where a key is shown in several ways, each is an example. */
function examples(key: string, example: string): string[] {
  return example.startsWith(key) ? example.split(new RegExp(`\n(?=${key}:)`)) : [example];
}

for (const [key, setting] of Object.entries(programShape)) {
  const doc = settingDocs.get(setting)!;

  Deno.test(`the examples of ${key} in the manual load`, () => {
    const context = key === "user" ? { runsAsRoot: true, allowRoot: true } : {};
    for (const example of examples(key, doc.example)) {
      const lines = example.replaceAll(/^/gm, "  ");
      loadClean(`web:\n${key === "cmd" ? "" : "  cmd: x\n"}${lines}\n`, context);
    }
  });

  // Those in prose cannot be read.
  if (/^(?:[\w.]+)$/.test(doc.default) && doc.default !== "none") {
    Deno.test(`the default of ${key} in the manual is the one that applies`, () => {
      assert.deepEqual(
        loadClean(`web:\n  cmd: x\n  ${key}: ${doc.default}\n`),
        loadClean("web:\n  cmd: x\n"),
      );
    });
  }
}

for (const [key, setting] of Object.entries(daemonShape)) {
  const doc = settingDocs.get(setting)!;

  Deno.test(`the example of taskmaster.${key} in the manual loads`, () => {
    loadClean(`taskmaster:\n${doc.example.replaceAll(/^/gm, "  ")}\nweb: {cmd: x}\n`);
  });

  if (/^(?:[\w.]+)$/.test(doc.default) && doc.default !== "none") {
    Deno.test(`the default of taskmaster.${key} in the manual is the one that applies`, () => {
      assert.deepEqual(
        loadClean(`taskmaster: {${key}: ${doc.default}}\nweb: {cmd: x}\n`),
        loadClean("web: {cmd: x}\n"),
      );
    });
  }
}
