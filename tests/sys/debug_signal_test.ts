import assert from "node:assert/strict";

/** What the runtime's debugger would hear, a listener of ours hears too. */
const PROGRAM = `
import { disarmDebugSignal } from ${
  JSON.stringify(new URL("../../src/sys/debug_signal.ts", import.meta.url).href)
};
if (Deno.args[0] === "disarmed") disarmDebugSignal();
Deno.addSignalListener("SIGUSR1", () => Deno.exit(1));
Deno.addSignalListener("SIGUSR2", () => Deno.exit(7));
Deno.kill(Deno.pid, "SIGUSR1");
setTimeout(() => Deno.kill(Deno.pid, "SIGUSR2"), 100);
setInterval(() => {}, 1000);
`;

async function run(how: string): Promise<{ code: number; stderr: string }> {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, PROGRAM);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--no-lock", "--quiet", path, how],
    }).output();
    return { code, stderr: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("disarmDebugSignal() keeps SIGUSR1 from the runtime, and so from its debugger", async () => {
  assert.deepEqual(await run("armed"), { code: 1, stderr: "" });
  assert.deepEqual(await run("disarmed"), { code: 7, stderr: "" });
});
