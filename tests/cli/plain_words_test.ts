import assert from "node:assert/strict";
import { parseArguments } from "../../src/cli/arguments.ts";
import { plainCommand } from "../../src/cli/plain_words.ts";
import type { Output } from "../../src/commands/command.ts";

const OUTPUT: Output = {
  write: () => {},
  writeError: (text) => assert.fail(text),
  writeLive: () => {},
  colour: false,
  width: 80,
};

Deno.test.each([
  "status",
  "status web db",
  "status --json web",
  "status web --json --watch",
  "--name trial status",
  "status --name trial web",
  "-c conf.yaml tail web:0 stderr",
  "--config conf.yaml pid",
  "--socket /run/x.sock pid",
  "signal USR1 web --json",
  "tail --follow web",
])("plainCommand(%s) reads it as the parser does", async (line) => {
  const words = line.split(" ");
  const plain = await plainCommand(words);
  assert.ok(plain !== null);
  const parsed = parseArguments(words, "0", OUTPUT);
  assert.ok(parsed.kind === "client");
  const { kind: _kind, invocation, ...rest } = parsed;
  const options = { ...invocation.options };
  assert.deepEqual(plain, { ...rest, invocation: { args: invocation.args, options } });
});

Deno.test.each([
  "",
  "daemon",
  "constructor",
  "start",
  "tail",
  "tail a b c",
  "status -w",
  "status --jso",
  "status --json=yes",
  "status --",
  "status -- --json",
  "--json status",
  "tail --lines 3 web",
  "tail --lines=3 web",
  "start --no-wait web",
  "status --help",
  "status -c",
  "status --name --json",
  "--name=trial status",
  "--user nobody status",
  "shutdown --leave-running",
  "--config conf.yaml --socket /run/x.sock pid",
  "--name trial status -c conf.yaml",
])("plainCommand(%s) leaves it to the parser", async (line) => {
  assert.equal(await plainCommand(line === "" ? [] : line.split(" ")), null);
});
