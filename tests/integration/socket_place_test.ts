/** Where the control socket lies when the configuration says so. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startTaskmaster } from "../support/taskmaster.ts";
import { isRoot, NOBODY, Place } from "../support/taskmaster_place.ts";
import { runTaskmaster } from "../support/taskmaster_run.ts";

Deno.test("the socket lies where it is configured, with its mode, and -c FILE finds it", async () => {
  const place = await Place.create();
  try {
    const path = join(place.directory, "sub/own.sock");
    await place.configure(
      "web: {cmd: sleep 1000, starttime: 0}",
      [
        `socket: ${path}`,
        "socket_mode: 0660",
      ].join("\n"),
    );
    await using tm = await startTaskmaster({ programs: "", place });
    await tm.next("web", "running");
    const { mode, uid, isSocket } = await Deno.lstat(path);
    assert.deepEqual([isSocket, mode! & 0o777], [true, 0o660]);
    if (isRoot) assert.equal(uid, NOBODY.uid);
    const { code, stdout, stderr } = await runTaskmaster(["status", "-c", place.config], {
      env: place.env,
    });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^web +RUNNING/);
    await tm.end();
  } finally {
    await place.remove();
  }
});
