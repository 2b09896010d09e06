/** In processes of their own: limits and descriptors belong to the whole process. */
import assert from "node:assert/strict";

interface Outcome {
  readonly limit: { readonly before: number; readonly after: number };
  readonly childLimit: number;
  /** Of the child, as in /proc/PID/status. */
  readonly ignoredSignals: string;
  readonly descriptors: number[];
}

/** Runs the program from a shell that has set limits and left a descriptor open. */
async function run(setup: string, ...args: string[]): Promise<Outcome> {
  const program = new URL("./limits_program.ts", import.meta.url).pathname;
  const output = await new Deno.Command("/bin/bash", {
    args: [
      ...["-c", `${setup}; exec "$@"`, "bash"],
      ...[Deno.execPath(), "run", "-A", "--no-lock", "--quiet", program, ...args],
    ],
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(output.stdout));
}

Deno.test("settleOpenFileLimit() makes the hard limit the soft one, which children inherit", async () => {
  const { limit, childLimit } = await run("ulimit -Sn 256; ulimit -Hn 4000");
  assert.equal(limit.after, 4000);
  assert.equal(childLimit, 4000);
});

Deno.test("settleOpenFileLimit() stops at its bound, from above as well", async () => {
  const { limit, childLimit } = await run("ulimit -n 4000", "", "1000");
  assert.deepEqual(limit, { before: 4000, after: 1000 });
  assert.equal(childLimit, 1000);
});

Deno.test("closeInheritedOnExec() keeps children from what our own parent left open", async () => {
  const setup = "exec 7</etc/passwd 42</etc/passwd";
  const kept = await run(setup);
  assert.ok(kept.descriptors.includes(7) && kept.descriptors.includes(42), "nothing to prove");
  for (const way of ["at once", "one by one"]) {
    const { descriptors } = await run(setup, way);
    assert.ok(!descriptors.includes(7) && !descriptors.includes(42), `${descriptors}`);
    assert.deepEqual(descriptors.slice(0, 3), [0, 1, 2]);
  }
});

Deno.test("resetIgnoredSignals() gives children default signals whatever our parent ignored", async () => {
  const setup = "trap '' HUP INT QUIT USR1";
  const kept = await run(setup);
  assert.match(kept.ignoredSignals, /207$/, "nothing to prove");
  const { ignoredSignals } = await run(setup, "signals");
  // 32 and 33 are glibc's own; it has them ignored in whatever posix_spawn(3) starts.
  assert.match(ignoredSignals, /^0000000[01][08]0000000$/);
});
