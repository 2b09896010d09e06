/** Who decides what is at the end of a path. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { strangersWhoOwn } from "../../../src/sys/files/trusted_file.ts";
import { wayTo } from "../../../src/sys/files/way_to.ts";
import { testAsRoot } from "../../support/taskmaster_place.ts";

const BOB = 54_321;
const CAROL = 54_322;

/** With a file `real/file`, and a directory as /tmp is. */
async function withFiles(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const name of ["real", "open"]) await Deno.mkdir(join(directory, name));
    await Deno.writeTextFile(join(directory, "real/file"), "");
    await Deno.chmod(join(directory, "open"), 0o1777);
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function linkOf(uid: number, target: string, path: string): Promise<void> {
  await Deno.symlink(target, path);
  const { success } = await new Deno.Command("chown", { args: ["-h", `${uid}`, path] }).output();
  assert.ok(success);
}

testAsRoot(
  "whose link it is counts where he may replace it, also if it leads to another link",
  async () => {
    await withFiles(async (directory) => {
      const [open, real] = [join(directory, "open"), join(directory, "real")];
      await linkOf(BOB, `${real}/file`, `${open}/bob`);
      assert.deepEqual(strangersWhoOwn(`${open}/bob`, []), [BOB]);
      assert.deepEqual(strangersWhoOwn(`${open}/bob`, [BOB]), []);
      await linkOf(CAROL, real, `${open}/way`);
      await linkOf(BOB, "../open/way/file", `${open}/carol`);
      assert.deepEqual(strangersWhoOwn(`${open}/carol`, []).toSorted(), [BOB, CAROL]);
      await linkOf(0, `${open}/bob`, `${real}/link`);
      assert.deepEqual(strangersWhoOwn(`${real}/link`, []), [BOB]);
      await linkOf(BOB, "file", `${real}/by-bob`);
      assert.deepEqual(strangersWhoOwn(`${real}/by-bob`, []), []);
    });
  },
);

Deno.test("wayTo() goes through the directories and links that the kernel goes through", async () => {
  await withFiles(async (directory) => {
    const inside = (...names: string[]) => names.map((name) => join(directory, name));
    await Deno.symlink("../real/../real/file", join(directory, "open/file"));
    await Deno.symlink("open", join(directory, "link"));
    const way = wayTo(join(directory, "link/file"));
    assert.deepEqual(way.links, inside("link", "open/file"));
    for (const each of ["/", directory, ...inside("open", "real")]) {
      assert.ok(way.directories.has(each), each);
    }
    assert.ok(!way.directories.has(join(directory, "real/file")));
    await Deno.symlink("loop", join(directory, "loop"));
    assert.throws(() => wayTo(join(directory, "loop")), /too many symbolic links/);
    assert.throws(() => wayTo(join(directory, "missing")), /no such file/);
  });
});
