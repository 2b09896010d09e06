import { startDemo } from "./line_editor_demo.ts";

Deno.test("Tab completes a single candidate with a space, also behind a colon", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  pty.write("wo");
  await pty.waitFor(/demo> wo$/);
  pty.write("\t");
  await pty.waitFor(/demo> worker$/);
  pty.write("web:0");
  await pty.waitFor(/demo> worker web:0$/);
  pty.write("\t");
  pty.write("x\r");
  await demo.until(() => demo.report().includes("line worker web:0 x"));
});

Deno.test("Tab extends the common part, the second Tab lists what there is", async () => {
  await using demo = await startDemo({ cols: 30 });
  const { pty } = demo;
  pty.write("start web");
  await pty.waitFor(/demo> start web$/);
  for (let left = 3; left > 0; left--) pty.write("\x1b[D");
  pty.write("\t");
  await pty.waitFor(({ raw }) => raw.includes("\x07"));
  pty.write("\t");
  await pty.waitFor(/^start +stop +web:1 +worker$/m);
  pty.write("\x05");
  await pty.waitFor(({ screen }) => screen.cursor().column === "demo> start web".length);
  pty.write("\t");
  await pty.waitFor(/demo> start web:$/);
  pty.write("\t");
  await pty.waitFor(/demo> start web:\nweb:0 +web:1 +web:10\ndemo> start web:$/);
  pty.write("10\r");
  await demo.until(() => demo.report().includes("line start web:10"));
});

Deno.test.each([[0], [1]])("Tab lists one candidate per line at a width of %d", async (cols) => {
  await using demo = await startDemo({ cols: 80 });
  const { pty } = demo;
  pty.write("web:");
  await pty.waitFor(/demo> web:$/);
  pty.resize(24, cols);
  pty.write("\t");
  pty.write("\t");
  await pty.waitFor(({ raw }) => raw.includes("web:0\r\nweb:1\r\nweb:10\r\n"));
  pty.write("x\r");
  await demo.until(() => demo.report().includes("line web:x"));
});
