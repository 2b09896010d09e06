import assert from "node:assert/strict";
import { source } from "../support/source.ts";
import { loadClean, messages, rendered } from "./support.ts";

function commandOf(cmd: string): readonly string[] {
  return loadClean(`programs:\n  web:\n    cmd: ${cmd}\n`).programs.get("web")!.command;
}

Deno.test("cmd as a string is split like a shell would", () => {
  assert.deepEqual(commandOf(`/bin/echo "a b" 'c d' e\\ f g#h`), [
    "/bin/echo",
    "a b",
    "c d",
    "e f",
    "g#h",
  ]);
  assert.deepEqual(commandOf(`"sh -c 'exit 1'"`), ["sh", "-c", "exit 1"]);
  assert.deepEqual(commandOf(`>\n      nginx\n      -g "daemon off;"`), [
    "nginx",
    "-g",
    "daemon off;",
  ]);
});

Deno.test("cmd as a list is argv as it is", () => {
  assert.deepEqual(commandOf(`[echo, 'a "b', 1.10, yes, ""]`), ["echo", 'a "b', "1.10", "yes", ""]);
});

Deno.test("cmd shows where a quote is opened that is never closed", () => {
  assert.equal(
    rendered(`programs:\n  web:\n    cmd: sh -c 'oops\n`),
    source`
      conf.yaml:3:16: error: an unclosed ' in programs.web.cmd
       3 |     cmd: sh -c 'oops
         |                ^^^^^
         = help: add the closing ', or write \\' for the character itself
      1 problem: 1 error`,
  );
  assert.deepEqual(messages(`web: {cmd: 'echo "x'}`), ['error: an unclosed " in web.cmd']);
  assert.deepEqual(messages(`web: {cmd: 'echo x\\'}`), [
    "error: a backslash with nothing after it in web.cmd",
  ]);
});

Deno.test("cmd refuses to be empty", () => {
  const expected = "empty command in web.cmd; expected a command line or a list of arguments";
  for (const cmd of ['""', '"  "', "[]"]) {
    assert.deepEqual(messages(`web: {cmd: ${cmd}}`), [`error: ${expected}`]);
  }
  assert.deepEqual(messages(`web: {cmd: ["", a]}`), [
    "error: an empty text as the name of the command in web.cmd; expected a command line or a list of arguments",
  ]);
  assert.deepEqual(messages(`web: {cmd: }`), ["error: web.cmd has no value"]);
  assert.deepEqual(messages(`web: {cmd: [a, ~]}`), ["error: no value in web.cmd[1]"]);
  assert.deepEqual(messages(`web: {cmd: [a, [b]]}`), [
    "error: found a list in web.cmd[1]; expected text",
  ]);
});

Deno.test("cmd warns of what only a shell would understand", () => {
  for (const [cmd, word] of [["a && b", "&&"], ["a > /tmp/x", ">"], ["echo $HOME", "$HOME"]]) {
    assert.deepEqual(messages(`web: {cmd: ${cmd}}`), [
      `warning: "${word}" in web.cmd is passed to the command as it is: no shell is run`,
    ]);
  }
});

Deno.test("cmd does not warn of what is quoted or meant for a shell", () => {
  for (
    const cmd of [
      `find / -exec ls {} \\;`,
      `echo "a && b"`,
      `expr 1 '>' 2`,
      `'sh -c "a && b"'`,
      `[a, "&&", b]`,
      `sh -c $LINE`,
    ]
  ) {
    commandOf(cmd.includes("{}") ? `'${cmd}'` : cmd);
  }
});
