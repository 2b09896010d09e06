import assert from "node:assert/strict";
import { completeWords } from "../../src/commands/complete.ts";
import { makeSnapshot } from "../support/make_snapshot.ts";

const PROCESSES = [
  makeSnapshot({ name: "db", program: "db" }),
  makeSnapshot({ name: "web:0" }),
  makeSnapshot({ name: "web:1", num: 1 }),
];

function complete(line: string): string {
  return completeWords(line.split(" "), PROCESSES).join(" ");
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
  ["update --j", "--json"],
  ["nonsense ", ""],
  ["plan x", ""],
])("completeWords(%s) offers %s", (line, expected) => {
  assert.equal(complete(line), expected);
});
