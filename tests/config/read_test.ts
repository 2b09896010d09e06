import assert from "node:assert/strict";
import { join } from "node:path/posix";
import { readConfiguration } from "../../src/config/read.ts";
import { CONTEXT } from "./support.ts";

/** Calls `body` with the path of a file of such bytes, in a directory of its own. */
function withFile(content: string | Uint8Array, body: (path: string) => void): void {
  const directory = Deno.makeTempDirSync();
  try {
    const path = join(directory, "conf.yaml");
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.writeFileSync(path, bytes);
    body(path);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function read(path: string): ReturnType<typeof readConfiguration> {
  return readConfiguration("conf.yaml", { ...CONTEXT, configPath: path });
}

function refusal(path: string): string {
  const result = read(path);
  assert.ok(!result.ok);
  assert.equal(result.error.report, null);
  return result.error.message;
}

Deno.test("readConfiguration() gives the configuration and its warnings", () => {
  withFile("web: {cmd: x, killasgroup: false}\n", (path) => {
    const result = read(path);
    assert.ok(result.ok);
    assert.equal(result.value.configuration.path, path);
    assert.deepEqual(result.value.warnings.diagnostics.map(({ severity }) => severity), [
      "warning",
    ]);
  });
});

Deno.test("readConfiguration() gives the report of a file with mistakes", () => {
  withFile("web: {cmd: x, umask: 9, killasgroup: false}\ndb:\n", (path) => {
    const result = read(path);
    assert.ok(!result.ok);
    assert.equal(result.error.message, 'configuration "conf.yaml" has 2 errors');
    assert.equal(result.error.report?.diagnostics.length, 3);
    assert.equal(result.error.report?.source.path, "conf.yaml");
  });
});

Deno.test("readConfiguration() reads a file with a byte order mark and Windows line ends", () => {
  withFile("\ufeffweb:\r\n  cmd: x\r\n  umask: 022\r\n", (path) => {
    const result = read(path);
    assert.ok(result.ok);
    assert.equal(result.value.configuration.programs.get("web")?.umask, 0o022);
  });
});

Deno.test("readConfiguration() says why a file cannot be read", () => {
  withFile(new Uint8Array([0x61, 0x3a, 0x0a, 0x62, 0xff, 0x0a]), (path) => {
    const action = 'cannot read configuration "conf.yaml"';
    assert.equal(refusal(path), `${action}: line 2 is not UTF-8 text`);
    assert.equal(refusal(`${path}.none`), `${action}: no such file (ENOENT)`);
    assert.equal(refusal(join(path, "..")), `${action}: it is a directory`);
    assert.equal(refusal(`${path}/x`), `${action}: part of the path is not a directory (ENOTDIR)`);
    assert.equal(refusal("/dev/null"), `${action}: it is not a regular file`);
    assert.equal(refusal("a\0b"), `${action}: its name contains a NUL byte`);
  });
});

Deno.test("readConfiguration() refuses a file larger than 1 MiB", () => {
  withFile("#".repeat(2 ** 20 + 1), (path) => {
    assert.equal(
      refusal(path),
      'cannot read configuration "conf.yaml": it is larger than 1 MiB',
    );
  });
});
