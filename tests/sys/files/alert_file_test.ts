import assert from "node:assert/strict";
import type { StoredAlert } from "../../../src/core/alert/stored_alert.ts";
import { AlertFile } from "../../../src/sys/files/alert_file.ts";
import { makeMessage } from "../../support/make_alert.ts";

const STORED: StoredAlert = {
  gathering: null,
  messages: [makeMessage()],
  allowance: { messages: 1, date: "2026-01-01T00:00:00.000Z" },
  made: 1,
  sent: 0,
  givenUp: 0,
  lastSuccess: null,
  lastFailure: null,
  troubles: [["web:0", { event: "fatal", since: "2026-01-01T00:00:00.000Z" }]],
};

async function withFile(
  run: (path: string, problems: (string | null)[], open: () => AlertFile) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/alerts`;
  const problems: (string | null)[] = [];
  try {
    const open = () => new AlertFile({ path, onProblem: (problem) => problems.push(problem) });
    await run(path, problems, open);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("AlertFile gives back what was saved, readable by nobody else", async () => {
  await withFile(async (path, problems, open) => {
    const file = open();
    assert.equal(file.load().size, 0);
    file.save(() => ({ oncall: STORED }));
    await file.flushed();
    assert.deepEqual([...open().load()], [["oncall", STORED]]);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    assert.deepEqual(problems, []);
  });
});

Deno.test("AlertFile writes once for many changes, and what it writes is the newest", async () => {
  await withFile(async (_path, _problems, open) => {
    const file = open();
    let collected = 0;
    for (let made = 1; made <= 1000; made++) {
      file.save(() => {
        collected++;
        return { oncall: { ...STORED, made } };
      });
    }
    await file.flushed();
    assert.equal(collected, 1);
    assert.equal(open().load().get("oncall")!.made, 1000);
  });
});

Deno.test("AlertFile never leaves half a file, whenever it ends", async () => {
  await withFile(async (path, _problems, open) => {
    const file = open();
    file.save(() => ({ oncall: STORED }));
    await file.flushed();
    // What a crash in the middle of the next write leaves.
    await Deno.writeTextFile(`${path}.new`, '{"version": 1, "al');
    assert.equal(open().load().size, 1);
    file.save(() => ({ oncall: STORED, other: STORED }));
    await file.flushed();
    assert.equal(open().load().size, 2);
  });
});

Deno.test("AlertFile says that it cannot be written, once, and when it can be again", async () => {
  await withFile(async (path, problems, open) => {
    await Deno.mkdir(`${path}.new`);
    const file = open();
    for (let round = 0; round < 3; round++) {
      file.save(() => ({}));
      await file.flushed();
    }
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /^what alerts have to tell cannot be kept on disk: .*EISDIR/);
    await Deno.remove(`${path}.new`);
    file.save(() => ({}));
    await file.flushed();
    assert.deepEqual(problems.slice(1), [null]);
  });
});

Deno.test("AlertFile says what a damaged file costs, and goes on", async () => {
  await withFile(async (path, problems, open) => {
    for (const text of ["{", '{"version": 99, "alerts": {}}', "null", '{"version": 1}']) {
      await Deno.writeTextFile(path, text);
      assert.equal(open().load().size, 0);
    }
    assert.equal(problems.length, 4);
    for (const problem of problems) assert.match(problem!, /^alerts that were not sent are lost: /);
  });
});
