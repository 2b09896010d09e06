import assert from "node:assert/strict";
import {
  entriesOf,
  HISTORY_LINES,
  HistoryStore,
  isKept,
  remember,
} from "../../src/shell/history.ts";
import { SystemHistoryFile } from "../../src/sys/terminal/terminal_history.ts";

function noWarning(message: string): void {
  assert.fail(message);
}

async function inDirectory(test: (path: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "history_" });
  try {
    await test(`${directory}/state/history`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function openStore(path: string): Promise<HistoryStore> {
  const store = new HistoryStore(new SystemHistoryFile(path), noWarning);
  await store.load();
  return store;
}

Deno.test("remember() keeps what a person would want back", () => {
  assert.deepEqual(remember(["b", "a"], "c"), ["c", "b", "a"]);
  assert.deepEqual(remember(["b", "a"], "b"), ["b", "a"]);
  assert.deepEqual(remember(["b", "a"], "a"), ["a", "b", "a"]);
  for (const line of ["", "  ", " secret", "\tsecret", "esc\x1b[2J", "x".repeat(10_001)]) {
    assert.equal(isKept(line), false);
    assert.deepEqual(remember(["a"], line), ["a"]);
  }
  const many = Array.from({ length: HISTORY_LINES }, (_, index) => `line ${index}`);
  assert.equal(remember(many, "new").length, HISTORY_LINES);
});

Deno.test("entriesOf() turns lines around and drops what would not have been kept", () => {
  assert.deepEqual(entriesOf(["a", "a", " x", "b\x07", "b", ""]), ["b", "a"]);
});

Deno.test("HistoryStore keeps lines between sessions in a private file", async () => {
  await inDirectory(async (path) => {
    const first = await openStore(path);
    for (const line of ["one", "two", "two", " not kept", "日本"]) first.add(line);
    await first.saved();
    const second = await openStore(path);
    assert.deepEqual(second.entries, ["日本", "two", "one"]);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  });
});

Deno.test("SystemHistoryFile loses no line when several shells write at once", async () => {
  await inDirectory(async (path) => {
    const shells = [0, 1, 2].map(() => new SystemHistoryFile(path));
    await Promise.all(shells.map(async (file, shell) => {
      for (let number = 0; number < 100; number++) await file.append(`${shell} ${number}`);
    }));
    const lines = await new SystemHistoryFile(path).read();
    for (const shell of [0, 1, 2]) {
      const own = lines.filter((line) => line.startsWith(`${shell} `));
      assert.deepEqual(own, Array.from({ length: 100 }, (_, number) => `${shell} ${number}`));
    }
  });
});

Deno.test("SystemHistoryFile keeps the newest lines of all shells when it is shortened", async () => {
  await inDirectory(async (path) => {
    const kept = 30;
    const rounds = 100;
    const shells = [0, 1, 2].map(() => new SystemHistoryFile(path, kept));
    for (let round = 0; round < rounds; round++) {
      await Promise.all(shells.map((file, shell) => file.append(`${round} ${shell}`)));
    }
    const lines = await new SystemHistoryFile(path).read();
    assert.ok(lines.length >= kept && lines.length <= 2 * kept, `${lines.length} lines`);
    const newest = Array.from(
      { length: kept },
      (_, index) => `${rounds - 1 - Math.floor(index / 3)} ${index % 3}`,
    );
    assert.deepEqual(lines.slice(-kept).toSorted(), newest.toSorted());
    const left = await Array.fromAsync(
      Deno.readDir(path.replace(/\/history$/, "")),
      (entry) => entry.name,
    );
    assert.deepEqual(left, ["history"]);
  });
});

Deno.test("HistoryStore warns once about a file that it cannot use, and works without", async () => {
  await inDirectory(async (path) => {
    await Deno.mkdir(path, { recursive: true });
    const warnings: string[] = [];
    const store = new HistoryStore(new SystemHistoryFile(path), (text) => warnings.push(text));
    await store.load();
    store.add("one");
    store.add("two");
    await store.saved();
    assert.deepEqual(store.entries, ["two", "one"]);
    assert.deepEqual(warnings, [
      `cannot read the history of the shell: "${path}" is not a regular file`,
    ]);
  });
});

Deno.test.each(["target exists", "target does not exist"])(
  "HistoryStore does not follow a symbolic link whose %s",
  async (which) => {
    await inDirectory(async (path) => {
      const target = path.replace(/state\/history$/, "target");
      await Deno.mkdir(path.replace(/\/history$/, ""));
      if (which === "target exists") await Deno.writeTextFile(target, "precious\n");
      await Deno.symlink(target, path);
      const warnings: string[] = [];
      const store = new HistoryStore(new SystemHistoryFile(path), (text) => warnings.push(text));
      await store.load();
      store.add("one");
      await store.saved();
      assert.equal(warnings.length, 1);
      if (which === "target exists") assert.equal(await Deno.readTextFile(target), "precious\n");
      else await assert.rejects(Deno.stat(target));
    });
  },
);

Deno.test("HistoryStore does not wait for ever for a planted FIFO", async () => {
  await inDirectory(async (path) => {
    await Deno.mkdir(path.replace(/\/history$/, ""));
    assert.ok((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
    const warnings: string[] = [];
    const store = new HistoryStore(new SystemHistoryFile(path), (text) => warnings.push(text));
    await store.load();
    assert.equal(warnings.length, 1);
  });
});

Deno.test("HistoryStore reads only the end of a file that is far too large", async () => {
  await inDirectory(async (path) => {
    await Deno.mkdir(path.replace(/\/history$/, ""));
    await Deno.writeTextFile(path, `${"x".repeat(99)}\n`.repeat(30_000) + "last\n", {
      mode: 0o600,
    });
    const store = await openStore(path);
    assert.equal(store.entries[0], "last");
    store.add("newer");
    await store.saved();
    assert.ok((await Deno.stat(path)).size <= 1000 * 100 + 100);
    assert.deepEqual((await openStore(path)).entries.slice(0, 2), ["newer", "last"]);
  });
});
