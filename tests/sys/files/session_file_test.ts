import assert from "node:assert/strict";
import { SessionFile } from "../../../src/sys/files/session_file.ts";

Deno.test("SessionFile keeps sessions for the same user alone, and survives a damaged file", async () => {
  const directory = await Deno.makeTempDir({ prefix: "taskmaster_test_" });
  try {
    const path = `${directory}/sessions`;
    const problems: (string | null)[] = [];
    const open = () => new SessionFile({ path, onProblem: (problem) => problems.push(problem) });
    assert.deepEqual(open().load(), []);
    const endsAt = "2026-01-01T00:00:00.000Z";
    const session = { key: "k", kind: "user", name: "ada", proof: "p", endsAt } as const;
    const file = open();
    file.save(() => [session]);
    await file.flushed();
    assert.deepEqual(open().load(), [session]);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    assert.deepEqual(problems, []);
    for (const sessions of ["7", "[null]", '[{"key": "k"}]']) {
      await Deno.writeTextFile(path, `{"version": 1, "sessions": ${sessions}}`);
      assert.deepEqual(open().load(), []);
      assert.match(problems.pop()!, /^users of the page have to sign in again: /);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
