import assert from "node:assert/strict";
import { DEMO_COMMAND, startDemo } from "./line_editor_demo.ts";

const MAKE_NON_BLOCKING =
  "import fcntl,os,sys; fcntl.fcntl(1, fcntl.F_SETFL, os.O_NONBLOCK | os.O_RDWR); os.execvp(sys.argv[1], sys.argv[1:])";

const hasPython = (await new Deno.Command("sh", { args: ["-c", "command -v python3"] }).output())
  .success;

Deno.test({
  name: "a terminal that some other program made non-blocking loses nothing",
  ignore: !hasPython,
  async fn() {
    await using demo = await startDemo({
      command: ["python3", "-c", MAKE_NON_BLOCKING, ...DEMO_COMMAND],
    });
    const { pty } = demo;
    await pty.waitFor(/demo>$/);
    pty.pauseReading();
    pty.write("count 3000\r");
    const ticks = demo.ticks();
    await demo.until(() => demo.ticks() > ticks + 20);
    pty.resumeReading();
    await pty.waitFor(/number 3000\ndemo>$/);
    const numbers = pty.screen().fullText().match(/^number \d+$/gm);
    assert.equal(numbers?.length, 3000);
  },
});
