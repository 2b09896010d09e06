import assert from "node:assert/strict";
import { COMMAND_LINE } from "../../src/cli/own_verbs.ts";
import { completeWords, SHELL_VOCABULARY, type Vocabulary } from "../../src/commands/complete.ts";
import { makeSnapshot } from "../support/make_snapshot.ts";

const PROCESSES = [
  makeSnapshot({ name: "db", program: "db" }),
  makeSnapshot({ name: "web:0" }),
  makeSnapshot({ name: "web:1", num: 1 }),
];

async function complete(line: string, vocabulary: Vocabulary): Promise<string> {
  const completed = await completeWords(line.split(" "), vocabulary, {
    processes: () => Promise.resolve(PROCESSES),
    instances: () => Promise.resolve(["main", "trial"]),
  });
  return completed.kind === "files" ? "FILES" : completed.words.join(" ");
}

Deno.test.each([
  ["sta", "status start"],
  ["help sta", "status start"],
  ["start ", "db web all"],
  ["start w", "web"],
  ["start web", "web web:0 web:1"],
  ["start web:", "web:0 web:1"],
  ["stop web:0 web:", "web:1"],
  ["start --", "--no-wait --json --help"],
  ["signal US", "USR1 USR2"],
  ["signal SIGU", "SIGUSR1 SIGUSR2 SIGURG"],
  ["signal USR1 d", "db"],
  ["log ", "debug info warn error off"],
  ["alerts ", "test"],
  ["alerts test ", ""],
  ["update --j", "--json"],
  ["nonsense ", ""],
  ["plan x", ""],
  ["tail -n 3 w", "web"],
  ["tail -n ", ""],
  ["tail --lines=3 web:0 std", "stdout stderr"],
  ["stop -- -", ""],
])("completeWords(%s) offers %s in the shell", async (line, expected) => {
  assert.equal(await complete(line, SHELL_VOCABULARY), expected);
});

Deno.test.each([
  ["da", "daemon"],
  ["log ", ""],
  ["quit ", ""],
  ["update --j", "--json"],
  ["-", "--config --user --allow-root --log-to --name --socket --help --version"],
  ["-c", "-c"],
  ["-c ", "FILES"],
  ["--config=", "FILES"],
  ["--socket ", "FILES"],
  ["check ", "FILES"],
  ["upgrade ", "FILES"],
  ["--name ", "main trial"],
  ["--name=m", "--name=main"],
  ["--user=", ""],
  ["-c conf.yaml start web:", "web:0 web:1"],
  ["-cconf.yaml start d", "db"],
  ["start --name main d", "db"],
  ["start d --so", "--socket"],
  ["completions ", "bash zsh fish"],
  ["help da", "daemon"],
  ["daemon --", "--foreground --config --user --allow-root --log-to --name --socket --help"],
  ["nonsense --", ""],
])("completeWords(%s) offers %s on the command line", async (line, expected) => {
  assert.equal(await complete(line, COMMAND_LINE), expected);
});
