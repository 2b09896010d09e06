/** What is on taskmaster's own standard output: its log, and copies of what programs write. */
import assert from "node:assert/strict";
import { startTaskmaster } from "../support/taskmaster.ts";
import { runTaskmaster } from "../support/taskmaster_run.ts";

const TALKS = 'cmd: [sh, -c, "echo one; echo two >&2; printf three"], starttime: 0';
const DISCARD = "stdout: discard, stderr: discard";

Deno.test("copy_output shows whole lines after the name, also of discarded streams", async () => {
  await using tm = await startTaskmaster({
    programs: `
      talks: {${TALKS}, ${DISCARD}, numprocs: 2, copy_output: true}
      quiet: {${TALKS}}
    `,
    daemon: "log_format: text",
  });
  const wanted = [0, 1].flatMap((num) =>
    ["one", "three", "two"].map((word) => `talks:${num} | ${word}`)
  );
  const lines = () => tm.stdout().split("\n").filter(Boolean).sort();
  await tm.until(() => lines().length === wanted.length);
  assert.deepEqual(lines(), wanted);
  tm.signal("SIGTERM");
  assert.equal(await tm.exitCode, 0);
  assert.deepEqual(lines(), wanted);
});

Deno.test("what is copied is captured as always", async () => {
  await using tm = await startTaskmaster({
    programs: `talks: {${TALKS}, copy_output: true}`,
  });
  await tm.until(() => /"line":"three"/.test(tm.stdout()));
  assert.equal((await tm.client("tail", "talks")).stdout, "one\nthree\n");
  assert.equal((await tm.client("tail", "talks", "stderr")).stdout, "two\n");
  const copied = tm.stdout().trim().split("\n").map((line) => JSON.parse(line));
  const two = copied.find(({ line }) => line === "two");
  assert.deepEqual(
    { ...two, time: "" },
    {
      ...{ time: "", level: "info", kind: "output" },
      ...{ process: "talks", program: "talks", num: 0, stream: "stderr", line: "two" },
    },
  );
  await tm.end();
});

Deno.test("a standard output that nobody reads holds up neither taskmaster nor the program", async () => {
  await using tm = await startTaskmaster({
    // Half of a pipe: it is full at once, and stays so.
    prefix: ["/bin/bash", "-c", 'exec "$@" > >(exec sleep 1000)', "bash"],
    programs: `flood: {cmd: [sh, -c, "yes | head -c 5000000; echo end >&2"], starttime: 0,
      ${DISCARD}, copy_output: true}`,
    args: ["--log-to", "file"],
  });
  await tm.next("flood", "exited");
  assert.equal((await tm.client("status")).code, 0);
  tm.signal("SIGTERM");
  assert.equal(await tm.ended(), 0, tm.describe());
});

for (const format of ["text", "json"]) {
  Deno.test(`--log-to stdout with log_format: ${format} writes no file`, async () => {
    await using tm = await startTaskmaster({
      programs: "web: {cmd: sleep 1000, starttime: 0}",
      daemon: `log_format: ${format}`,
      args: ["--log-to", "stdout"],
    });
    const running = format === "json" ? /"kind":"running"/ : / web running /;
    await tm.until(() => running.test(tm.stdout()));
    tm.signal("SIGTERM");
    assert.equal(await tm.ended(), 0, tm.describe());
    assert.equal(tm.stderr(), "");
    const last = tm.stdout().trim().split("\n").at(-1) ?? "";
    if (format === "json") assert.equal(JSON.parse(last).kind, "supervisor_stopped");
    else assert.match(last, / INFO taskmaster stopped$/);
    await assert.rejects(Deno.stat(tm.place.logfile), Deno.errors.NotFound);
  });
}

Deno.test("--log-to stdout needs no place for logs when no program does", async () => {
  await using tm = await startTaskmaster({
    programs: `web: {cmd: sleep 1000, starttime: 0, ${DISCARD}}`,
    daemon: "log_format: text\nlogdir: /proc/no/such\nlogfile: /proc/no/such/log",
    args: ["--log-to", "stdout"],
  });
  await tm.until(() => / web running /.test(tm.stdout()));
  tm.signal("SIGTERM");
  assert.equal(await tm.exitCode, 0);
});

Deno.test("--log-to is refused where it cannot be", async () => {
  const unknown = await runTaskmaster(["-c", "conf.yaml", "--log-to", "stdot"]);
  assert.deepEqual([unknown.code, unknown.stdout], [2, ""]);
  assert.match(unknown.stderr, /unknown place "stdot" for --log-to; places are file, stdout/);
  const daemon = await runTaskmaster(["daemon", "-c", "conf.yaml", "--log-to", "stdout"]);
  assert.deepEqual([daemon.code, daemon.stdout], [2, ""]);
  assert.match(daemon.stderr, /--log-to stdout needs --foreground/);
});
