/** Who may write by an access control list. */
import assert from "node:assert/strict";
import { parseAccessList, writersByList } from "../../../src/sys/files/access_list.ts";
import {
  accessList,
  hasAccessLists,
  type Rights,
  setAccessList,
} from "../../support/access_list.ts";

const NOBODY_ELSE = { uids: [], gids: [], ownGroup: false, others: false };

function writers(rights: Rights) {
  const parsed = parseAccessList(accessList(rights));
  assert.ok(parsed.ok);
  return parsed.value;
}

Deno.test("parseAccessList() names users and groups that may write, as far as the mask lets them", () => {
  const rights = { users: [2101, 0], groups: [7], ownGroupWrites: true };
  const all = { uids: [2101, 0], gids: [7], ownGroup: true, others: false };
  assert.deepEqual(writers(rights), all);
  assert.deepEqual(writers({ ...rights, mask: 5 }), NOBODY_ELSE);
  assert.deepEqual(writers({}), NOBODY_ELSE);
});

Deno.test("parseAccessList() takes a list that is not understood as a whole for an error", () => {
  const good = accessList({ users: [2101] });
  for (const length of [0, 3, 5, good.length - 1]) {
    assert.ok(!parseAccessList(good.subarray(0, length)).ok, `${length} bytes`);
  }
  for (const [at, value] of [[0, 3], [4, 0x40]] as const) {
    const bad = good.slice();
    bad[at] = value;
    assert.ok(!parseAccessList(bad).ok, `${value} at ${at}`);
  }
});

Deno.test({
  name: "writersByList() reads the list of a file by its path and by a descriptor",
  ignore: !await hasAccessLists(),
  async fn() {
    const path = await Deno.makeTempFile();
    using file = await Deno.open(path);
    // Descriptors of Deno are not the system's: the same file by another way.
    const fd = [...Deno.readDirSync("/proc/self/fd")].find(({ name }) => isAt(name, path))?.name;
    assert.ok(fd !== undefined && file !== null);
    try {
      for (const target of [path, Number(fd)]) {
        assert.deepEqual(writersByList(target), { ok: true, value: null });
      }
      setAccessList(path, { users: [2101] });
      for (const target of [path, Number(fd)]) {
        const value = { ...NOBODY_ELSE, uids: [2101] };
        assert.deepEqual(writersByList(target), { ok: true, value });
      }
    } finally {
      await Deno.remove(path);
    }
  },
});

Deno.test("writersByList() says why a list cannot be read, and finds none in /proc", () => {
  assert.deepEqual(writersByList("/nowhere"), { ok: false, error: "cannot be read (ENOENT)" });
  assert.deepEqual(writersByList("/proc/self/status"), { ok: true, value: null });
});

function isAt(descriptor: string, path: string): boolean {
  try {
    return Deno.readLinkSync(`/proc/self/fd/${descriptor}`) === path;
  } catch {
    return false;
  }
}
