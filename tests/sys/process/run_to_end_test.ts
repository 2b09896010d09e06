import assert from "node:assert/strict";
import { runToEnd } from "../../../src/sys/process/run_to_end.ts";
import { isAlive } from "../../support/proc.ts";

function run(script: string, limitMs: number): ReturnType<typeof runToEnd> {
  return runToEnd("/bin/sh", { args: ["-c", script], cwd: "/", env: {}, limitMs });
}

Deno.test("runToEnd() gives the exit code and both outputs", async () => {
  const outcome = await run("echo out; echo err >&2; exit 3", 10_000);
  assert.deepEqual(outcome, { code: 3, stdout: "out\n", stderr: "err" });
});

Deno.test("runToEnd() does not wait for what a program that took too long has started", async () => {
  const directory = await Deno.makeTempDir();
  const pidfile = `${directory}/pid`;
  const began = performance.now();
  await assert.rejects(
    run(`sleep 1000 & echo $! > ${pidfile}; wait`, 500),
    /^Error: it has not ended within 0\.5 s$/,
  );
  assert.ok(performance.now() - began < 10_000);
  const pid = Number(await Deno.readTextFile(pidfile));
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
  await Deno.remove(directory, { recursive: true });
});
