import assert from "node:assert/strict";
import { DEMO_COMMAND, startDemo } from "./line_editor_demo.ts";

const MODES = [
  ["TERM=dumb", { TERM: "dumb" }, DEMO_COMMAND],
  ["output into a pipe", {}, ["/bin/sh", "-c", '"$@" | cat', "sh", ...DEMO_COMMAND]],
] as const;

Deno.test.each(MODES)("%s: lines work without one escape code", async (_name, env, command) => {
  await using demo = await startDemo({ env, command });
  const { pty } = demo;
  await pty.waitFor(/demo>$/);
  pty.write("first line\r");
  await pty.waitFor(/got: first line\ndemo>$/);
  pty.write("abx\x7fc");
  await pty.waitFor(/demo> abc$/);
  await demo.until(() => demo.report().includes("ready"));
  pty.write("\r");
  await pty.waitFor(/got: abc\ndemo>$/);
  pty.write("dropped");
  await pty.waitFor(/demo> dropped$/);
  pty.write("\x03");
  await pty.waitFor(/demo> dropped\^C\ndemo>$/);
  pty.write("one\rtwo\rthree\r");
  await pty.waitFor(/got: one(.|\n)*got: two(.|\n)*got: three\ndemo>$/);
  pty.write("wait\r");
  await pty.waitFor(/waiting/);
  pty.write("\x03");
  await pty.waitFor(/aborted\ndemo>$/);
  pty.write("ask\r");
  await pty.waitFor(/Really\? \[y\/N\]$/);
  pty.write("y\r");
  await pty.waitFor(/answer: true\ndemo>$/);
  pty.write("\x04");
  assert.equal((await pty.status).code, 0);
  assert.ok(!pty.raw.includes("\x1b"), pty.describe());
  assert.deepEqual(demo.report().slice(-2), ["end", "closed"]);
});

Deno.test("TERM=dumb: an event does not lose what was typed", async () => {
  await using demo = await startDemo({ env: { TERM: "dumb" } });
  const { pty } = demo;
  pty.write("ab");
  await pty.waitFor(/demo> ab$/);
  pty.signal("SIGUSR1");
  await pty.waitFor(/demo> ab\nevent 1\ndemo>$/);
  pty.write("c\r");
  await pty.waitFor(/got: abc/);
});
