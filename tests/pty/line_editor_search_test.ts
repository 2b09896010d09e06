import assert from "node:assert/strict";
import { type Demo, startDemo } from "./line_editor_demo.ts";

const CTRL_R = "\x12";

async function startWithHistory(): Promise<Demo> {
  const demo = await startDemo();
  for (const line of ["start web", "stop web", "status"]) {
    demo.pty.write(`${line}\r`);
    await demo.pty.waitFor(new RegExp(`got: ${line}\ndemo>$`));
  }
  return demo;
}

Deno.test("Ctrl-R finds older lines, again still older ones, and Enter runs the match", async () => {
  await using demo = await startWithHistory();
  const { pty } = demo;
  pty.write(CTRL_R);
  await pty.waitFor(/^\(reverse-search\) '':$/m);
  pty.write("web");
  await pty.waitFor(/^\(reverse-search\) 'web': stop web$/m);
  pty.write(CTRL_R);
  await pty.waitFor(/^\(reverse-search\) 'web': start web$/m);
  pty.write(CTRL_R);
  await pty.waitFor(/^\(failed reverse-search\) 'web': start web$/m);
  pty.write("\r");
  await pty.waitFor(/demo> start web\ngot: start web\ndemo>$/);
  assert.equal(demo.report().at(-1), "line start web");
});

Deno.test.each([["Ctrl-C", "\x03"], ["Ctrl-G", "\x07"], ["Escape", "\x1b"]])(
  "%s leaves the search and restores the line",
  async (_name, key) => {
    await using demo = await startWithHistory();
    const { pty } = demo;
    pty.write("typed");
    await pty.waitFor(/demo> typed$/);
    pty.write("\x1b[D");
    pty.write(CTRL_R);
    pty.write("sto");
    await pty.waitFor(/'sto': stop web$/);
    pty.write(key);
    await pty.waitFor(/demo> typed$/);
    pty.write("X");
    await pty.waitFor(/demo> typeXd$/);
    assert.ok(!demo.report().includes("interrupt"));
  },
);

Deno.test("an editing key takes the match for editing, output above does not disturb", async () => {
  await using demo = await startWithHistory();
  const { pty } = demo;
  pty.write(CTRL_R);
  pty.write("stax");
  await pty.waitFor(/^\(failed reverse-search\) 'stax': status$/m);
  pty.write("\x7f");
  await pty.waitFor(/^\(reverse-search\) 'sta': status$/m);
  pty.signal("SIGUSR1");
  await pty.waitFor(/^event 1\n\(reverse-search\) 'sta': status$/m);
  pty.write("\x05");
  await pty.waitFor(/event 1\ndemo> status$/);
  pty.write("!\r");
  await pty.waitFor(/got: status!/);
});
