import assert from "node:assert/strict";
import type { HttpToken, TokenSource } from "../../../src/core/http_settings.ts";
import { TokenSecrets } from "../../../src/sys/privileges/token_secrets.ts";

const SECRET = "0123456789abcdef";

function tokens(source: TokenSource): Record<string, HttpToken> {
  return { ci: { source, role: "operator" } };
}

function problem(secrets: TokenSecrets, source: TokenSource): string {
  const read = secrets.read(tokens(source));
  return read.ok ? "none" : read.error.replace("taskmaster.http.tokens.ci: ", "");
}

async function withDirectory(run: (directory: string) => void): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("TokenSecrets takes tokens from the text, from variables and from files", () =>
  withDirectory((directory) => {
    const path = `${directory}/token`;
    Deno.writeTextFileSync(path, `\n${SECRET}-file\n`);
    const secrets = new TokenSecrets({ CI: `${SECRET}-env` });
    const all: Record<string, HttpToken> = {
      a: { source: { kind: "text", text: SECRET }, role: "admin" },
      b: { source: { kind: "env", name: "CI" }, role: "operator" },
      c: { source: { kind: "file", path }, role: "read-only" },
    };
    assert.deepEqual(secrets.read(all), { ok: true, value: undefined });
    assert.deepEqual([...secrets.of(all)], [
      ["a", { secret: SECRET, role: "admin" }],
      ["b", { secret: `${SECRET}-env`, role: "operator" }],
      ["c", { secret: `${SECRET}-file`, role: "read-only" }],
    ]);
  }));

Deno.test("TokenSecrets says what is wrong with a variable, and not what is in it", () => {
  const secrets = new TokenSecrets({ SHORT: "hunter2", EMPTY: "", SPACE: "0123456789 abcdef" });
  const env = (name: string) => problem(secrets, { kind: "env", name });
  assert.equal(
    env("CI_TOKEN"),
    "the variable CI_TOKEN is not set; set it for taskmaster, or write token_file instead of token_env",
  );
  assert.equal(env("SHORT"), "the variable SHORT is shorter than 16 characters");
  assert.equal(env("EMPTY"), "the variable EMPTY is empty");
  assert.equal(
    env("SPACE"),
    "the variable SPACE contains characters other than visible ASCII ones",
  );
});

Deno.test("TokenSecrets says what is wrong with a file, and not what is in it", () =>
  withDirectory((directory) => {
    const path = `${directory}/token`;
    const secrets = new TokenSecrets({});
    const look = (text: string) => {
      Deno.writeTextFileSync(path, text);
      return problem(secrets, { kind: "file", path });
    };
    assert.equal(look("hunter2\n"), `the token in "${path}" is shorter than 16 characters`);
    assert.equal(look(""), `the token in "${path}" is empty`);
    assert.equal(look("x".repeat(5000)), `cannot read "${path}": it is larger than 4 KiB`);
    assert.equal(
      problem(secrets, { kind: "file", path: directory }),
      `cannot read "${directory}": it is not a regular file`,
    );
    assert.equal(
      problem(secrets, { kind: "file", path: `${directory}/none` }),
      `cannot read "${directory}/none": no such file (ENOENT)`,
    );
  }));

Deno.test("TokenSecrets reads a file that has changed, and misses one that is gone", () =>
  withDirectory((directory) => {
    const path = `${directory}/token`;
    const source = { kind: "file", path } as const;
    const secrets = new TokenSecrets({});
    for (const text of [`${SECRET}1`, `${SECRET}2`]) {
      Deno.writeTextFileSync(path, text);
      assert.equal(problem(secrets, source), "none");
      assert.equal(secrets.of(tokens(source)).get("ci")?.secret, text);
    }
    Deno.removeSync(path);
    assert.match(problem(secrets, source), /no such file/);
  }));
