/** Clients of a taskmaster that takes connections and does not answer. */
import assert from "node:assert/strict";
import { statOf } from "../support/proc.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { RunningClient } from "../support/taskmaster_client.ts";

Deno.test("clients of a stopped taskmaster say so, wait on, and can be interrupted", async () => {
  await using tm = await startTaskmaster({ programs: "web: {cmd: sleep 1000, starttime: 0}" });
  const { pid } = await tm.next("web", "running");
  tm.signal("SIGSTOP");
  await tm.until(() => statOf(tm.pid)?.state === "T");
  await using waits = new RunningClient(tm.place, "pid", "web");
  await using starts = new RunningClient(tm.place, "start", "web", "--no-wait");
  await using leaves = new RunningClient(tm.place, "status");
  const silent = new RegExp(
    `^taskmaster \\(pid ${tm.pid}\\) is stopped \\("kill -CONT ${tm.pid}" lets it go on\\); ` +
      "it is waited for, Ctrl-C gives up\n$",
  );
  await Promise.all([waits, starts, leaves].map((client) => client.complained(silent)));
  leaves.signal("SIGINT");
  const left = await leaves.ended();
  assert.equal(left.code, 130);
  assert.match(left.stderr, silent);
  tm.signal("SIGCONT");
  assert.deepEqual((({ code, stdout }) => ({ code, stdout }))(await waits.ended()), {
    code: 0,
    stdout: `${pid}\n`,
  });
  assert.equal((await starts.ended()).code, 0);
  await tm.end();
});
