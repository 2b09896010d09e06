/** Which taskmaster a client finds by its configuration file, whoever has started it. */
import assert from "node:assert/strict";
import { type StartOptions, startTaskmaster } from "../support/taskmaster.ts";
import { testAsRoot } from "../support/taskmaster_place.ts";
import { runTaskmaster } from "../support/taskmaster_run.ts";

async function findsItByFile(options: StartOptions): Promise<void> {
  await using tm = await startTaskmaster(options);
  await tm.next("web", "running");
  const { config, env } = tm.place;
  const { code, stdout, stderr } = await runTaskmaster(["-c", config, "status"], { env });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.match(stdout, /^web +RUNNING +pid \d+/);
  // However broken the file is by now, and the mistake is told by the one that runs.
  for (const [broken, mistake] of [["cdm:", /cdm/], ["cmd: [", /conf\.yaml/]] as const) {
    const text = await Deno.readTextFile(config);
    await Deno.writeTextFile(config, text.replace("cmd:", broken));
    const again = await runTaskmaster(["-c", config, "status"], { env });
    assert.deepEqual([again.code, again.stderr], [0, ""]);
    const refused = await runTaskmaster(["-c", config, "reload"], { env });
    assert.deepEqual([refused.code, refused.stdout], [4, ""]);
    assert.match(refused.stderr, mistake);
    await Deno.writeTextFile(config, text);
  }
  assert.equal(tm.log.filter(({ kind }) => kind === "reload_refused").length, 2);
  await tm.end();
}

const WEB = "cmd: sleep 1000, starttime: 0";

Deno.test("a client finds a taskmaster by its file", () =>
  findsItByFile({ programs: `web: {${WEB}}` }));

testAsRoot(
  "a client finds a taskmaster that stays root by its file",
  () =>
    findsItByFile({ programs: `web: {${WEB}, user: nobody}`, as: "root", args: ["--allow-root"] }),
);
