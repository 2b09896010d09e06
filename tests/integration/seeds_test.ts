/** Configurations that other people wrote, run as they are. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { configurations, type Seed } from "../programs/seeds.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { runTaskmaster } from "../support/taskmaster_run.ts";

const SEEDS = join(import.meta.dirname!, "../config/seeds");

Deno.test("the example with its indentation lost is refused with code 4, and says where", async () => {
  const file = join(SEEDS, "subject-example.conf");
  for (const args of [["check", file], ["-c", file, "--user", "nobody"]]) {
    const { code, stdout, stderr } = await runTaskmaster(args);
    assert.deepEqual({ code, stdout }, { code: 4, stdout: "" });
    assert.match(stderr, /subject-example\.conf:2:5: error: program "nginx" is empty/);
    assert.match(stderr, /subject-example\.conf:20:1: error: program "vogsphere" is outside/);
  }
});

for (const seed of configurations) {
  Deno.test(`${seed.file} loads and runs: what cannot be started is FATAL with the reason`, () =>
    run(seed));
}

/** Every process must come to what the seed says of its program. */
async function run({ file, outcomes, changes }: Seed): Promise<void> {
  let programs = (await Deno.readTextFile(join(SEEDS, file))).replace(/^programs:\n/, "");
  for (const [from, to] of changes) programs = programs.replaceAll(from, to);
  await using tm = await startTaskmaster({ programs });
  for (const [process, { kind, reason }] of Object.entries(outcomes)) {
    const record = await tm.next(process, kind);
    if (reason === undefined) continue;
    assert.ok("reason" in record);
    assert.match(record.reason, reason, process);
  }
  tm.signal("SIGTERM");
  assert.equal(await tm.ended(), 0);
  assert.deepEqual(tm.place.processes(), []);
}
