/** What the completion scripts ask for when nobody can be asked: words, soon, and no complaint. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runTaskmaster } from "../support/taskmaster_run.ts";

/** The limit of the look-up, and a start of the program on a busy machine. */
const PATIENCE_MS = 6000;

async function inDirectory(run: (cwd: string) => Promise<void>): Promise<void> {
  const cwd = await Deno.makeTempDir({ prefix: "taskmaster_test_" });
  try {
    await run(cwd);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test("a taskmaster that does not answer costs Tab the names, not the time", () =>
  inDirectory(async (cwd) => {
    const path = join(cwd, "mute.sock");
    using listener = Deno.listen({ transport: "unix", path });
    const accepted = listener.accept();
    const began = performance.now();
    const ran = await runTaskmaster(["__complete", "--socket", path, "stop", "w"]);
    assert.ok(performance.now() - began < PATIENCE_MS);
    assert.deepEqual(ran, { code: 0, stdout: "", stderr: "" });
    (await accepted).close();
    const verbs = await runTaskmaster(["__complete", "--socket", path, "sto"]);
    assert.deepEqual(verbs, { code: 0, stdout: "stop\n", stderr: "" });
  }));

Deno.test("a configuration with a mistake is no matter for Tab", () =>
  inDirectory(async (cwd) => {
    await Deno.writeTextFile(join(cwd, "bad.yaml"), "programs: {web: {}}\n");
    for (const file of ["bad.yaml", "none.yaml"]) {
      const ran = await runTaskmaster(["__complete", "-c", file, "stop", "w"], { cwd });
      assert.deepEqual(ran, { code: 0, stdout: "", stderr: "" });
    }
  }));

Deno.test("names that a shell would interpret are not offered", () =>
  inDirectory(async (cwd) => {
    const listeners: Deno.Listener[] = [];
    for (const name of ["main", "$(id)", "two words"]) {
      await Deno.mkdir(join(cwd, "taskmaster", name), { recursive: true });
      const path = join(cwd, "taskmaster", name, "control.sock");
      listeners.push(Deno.listen({ transport: "unix", path }));
    }
    const env = { XDG_RUNTIME_DIR: cwd, XDG_STATE_HOME: join(cwd, "none") };
    const { stdout } = await runTaskmaster(["__complete", "--name", "ma"], { env });
    const all = await runTaskmaster(["__complete", "--name", ""], { env });
    for (const listener of listeners) listener.close();
    assert.equal(stdout, "main\n");
    assert.ok(!/[$ ]/.test(all.stdout), all.stdout);
  }));
