import assert from "node:assert/strict";
import { leaveText, takeLeftText } from "../../../src/sys/process/left_text.ts";

Deno.test("leaveText() leaves text to the program that this one becomes, to be read once", async () => {
  const program = new URL("./left_text_program.ts", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", program],
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
    text: "secret grün\n".repeat(1000),
    isGone: true,
  });
});

Deno.test("leaveText() closes what nobody came for", () => {
  const left = leaveText("x");
  left.close();
  assert.throws(() => takeLeftText(left.fd), /EBADF/);
});

Deno.test("leaveText() refuses what a pipe does not hold", () => {
  assert.throws(() => leaveText("x".repeat(2 ** 20)), /do not fit into a pipe/);
});
