/** Root does what its configuration says: so nobody else may have written it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type StartOptions, startTaskmaster } from "../support/taskmaster.ts";
import { runTaskmaster } from "../support/taskmaster_run.ts";
import { hasAccessLists, setAccessList } from "../support/access_list.ts";
import { isRoot, NOBODY, Place, testAsRoot } from "../support/taskmaster_place.ts";

const OWN = "web: {cmd: sleep 1000, starttime: 0, user: root}";
const DAEMON_GROUP = 1;
const STRANGER = 54_321;
const HAS_LISTS = await hasAccessLists();

/** As root, in a place where `spoil` has done something to the configuration. */
async function refusal(spoil: (place: Place) => Promise<void>): Promise<string> {
  const place = await Place.create();
  try {
    await place.configure("web: {cmd: sleep 1000}");
    await spoil(place);
    const options: StartOptions = { programs: "", place, as: "root", args: ["--user", "nobody"] };
    await using tm = await startTaskmaster(options);
    assert.equal(await tm.ended(), 4, tm.describe());
    assert.deepEqual(tm.log, []);
    return tm.stderr();
  } finally {
    await place.remove();
  }
}

testAsRoot("root refuses a configuration that others may write", async () => {
  const byAll = await refusal(({ config }) => Deno.chmod(config, 0o666));
  assert.match(
    byAll,
    /^taskmaster: cannot read configuration ".*conf\.yaml": ".*conf\.yaml" may be written by others \(mode 0666\).*chmod go-w/,
  );
  const byGroup = await refusal(async ({ config }) => {
    await Deno.chown(config, 0, DAEMON_GROUP);
    await Deno.chmod(config, 0o664);
  });
  assert.match(byGroup, /conf\.yaml" may be written by others \(mode 0664\)/);
});

testAsRoot("root refuses a configuration that others may replace", async () => {
  const inOpenDirectory = await refusal(({ directory }) => Deno.chmod(directory, 0o777));
  assert.match(inOpenDirectory, /taskmaster_test_\w+" may be written by others \(mode 0777\)/);
  const behindLink = await refusal(async ({ directory, config }) => {
    await Deno.mkdir(join(directory, "open"));
    await Deno.chmod(join(directory, "open"), 0o777);
    await Deno.rename(config, join(directory, "open/real.yaml"));
    await Deno.symlink(join(directory, "open/real.yaml"), config);
  });
  assert.match(behindLink, /\/open" may be written by others/);
  const betweenLinks = await refusal(async ({ directory, config }) => {
    await Deno.mkdir(join(directory, "open"));
    await Deno.chmod(join(directory, "open"), 0o777);
    await Deno.rename(config, join(directory, "real.yaml"));
    await Deno.symlink("../real.yaml", join(directory, "open/link"));
    await Deno.symlink("open/link", config);
  });
  assert.match(betweenLinks, /\/open" may be written by others/);
});

/** A test that also wants a file system that keeps access control lists. */
function testListsAsRoot(name: string, run: () => Promise<void>): void {
  if (isRoot && !HAS_LISTS) {
    Deno.test.ignore(`${name} (skipped: no access control lists here)`, run);
  } else testAsRoot(name, run);
}

testListsAsRoot(
  "root refuses a configuration that an access control list opens to others",
  async () => {
    const byUser = await refusal(({ config }) => {
      assert.ok(setAccessList(config, { users: [0, STRANGER] }));
      return Promise.resolve();
    });
    assert.match(
      byUser,
      /conf\.yaml" may be written by uid 54321 \(its access control list\).*setfacl -b/,
    );
    const byGroup = await refusal(async ({ directory }) => {
      await Deno.chown(directory, 0, STRANGER);
      assert.ok(setAccessList(directory, { groups: [DAEMON_GROUP], ownGroupWrites: true }));
    });
    assert.match(byGroup, /taskmaster_test_\w+" may be written by gid 1, gid 54321 \(its access/);
  },
);

testListsAsRoot(
  "a reload as root refuses what an access control list has opened, and obeys one that opens nothing",
  async () => {
    await using tm = await startTaskmaster({ programs: OWN, as: "root", args: ["--allow-root"] });
    await tm.next("web", "running");
    const { config, directory } = tm.place;
    await tm.rewriteConfig(`${OWN}\nnext: {cmd: sleep 1000, starttime: 0, user: root}`);
    assert.ok(setAccessList(directory, { users: [STRANGER] }));
    tm.signal("SIGHUP");
    const { problems } = await tm.next(null, "reload_refused");
    assert.match(problems, /may be written by uid 54321/);
    assert.deepEqual(tm.kindsOf("next"), []);
    for (const path of [directory, config]) {
      assert.ok(setAccessList(path, { users: [0, STRANGER], mask: 5 }));
    }
    tm.signal("SIGHUP");
    await tm.next("next", "running");
    await tm.end();
  },
);

testAsRoot("root takes no FIFO for a configuration, and does not wait for one", async () => {
  const text = await refusal(async ({ config }) => {
    await Deno.remove(config);
    const { success } = await new Deno.Command("mkfifo", { args: [config] }).output();
    assert.ok(success);
  });
  assert.match(text, /it is not a regular file/);
});

testAsRoot("a reload as root refuses a file that others may write by then", async () => {
  await using tm = await startTaskmaster({ programs: OWN, as: "root", args: ["--allow-root"] });
  await tm.next("web", "running");
  await tm.rewriteConfig(`${OWN}\nevil: {cmd: sleep 1000, starttime: 0, user: root}`);
  await Deno.chmod(tm.place.config, 0o646);
  tm.signal("SIGHUP");
  const { problems } = await tm.next(null, "reload_refused");
  assert.match(problems, /may be written by others \(mode 0646\)/);
  assert.deepEqual(tm.kindsOf("evil"), []);
  await tm.end();
});

testAsRoot(
  "a reload after root was given up refuses what a start as root would refuse",
  async () => {
    const user = ["--user", "nobody"];
    await using tm = await startTaskmaster({
      programs: "web: {cmd: sleep 1000, starttime: 0}",
      as: "root",
      args: user,
    });
    const { pid } = await tm.next("web", "running");
    const { config, directory } = tm.place;
    await tm.rewriteConfig("other: {cmd: sleep 1000, starttime: 0}");
    const spoilt: readonly [RegExp, () => Promise<void>, () => Promise<void>][] = [
      [
        /may be written by others \(mode 0666\)/,
        () => Deno.chmod(config, 0o666),
        () => Deno.chmod(config, 0o644),
      ],
      [
        /may be written by others \(mode 0777\)/,
        () => Deno.chmod(directory, 0o777),
        () => Deno.chmod(directory, 0o755),
      ],
      [
        /has come to belong to uid 54321/,
        () => Deno.chown(config, STRANGER, STRANGER),
        () => Deno.chown(config, 0, 0),
      ],
    ];
    for (const [reason, spoil, mend] of spoilt) {
      await spoil();
      const asked = await runTaskmaster(["--socket", tm.place.socket, "reload"]);
      assert.equal(asked.code, 4, asked.stderr);
      assert.match(asked.stderr, reason);
      await tm.until(() =>
        tm.log.some((record) => record.kind === "reload_refused" && reason.test(record.problems))
      );
      await mend();
    }
    assert.deepEqual([tm.kindsOf("other"), tm.childrenOf()], [[], [pid]]);
    // It runs as that one: he may say what he likes.
    await Deno.chown(config, NOBODY.uid, NOBODY.gid);
    tm.signal("SIGHUP");
    await tm.next("other", "running");
    await tm.end();
  },
);

testAsRoot("root says whose the configuration is, when it is somebody else's", async () => {
  const place = await Place.create();
  try {
    await place.configure("web: {cmd: sleep 1000, starttime: 0}");
    await Deno.chown(place.config, STRANGER, STRANGER);
    await using tm = await startTaskmaster({ programs: "", place });
    await tm.next("web", "running");
    const notes = tm.log.filter(({ kind }) => kind === "note").map((note) => JSON.stringify(note));
    assert.ok(notes.some((note) => note.includes(`belongs to uid ${STRANGER}`)), tm.describe());
    await tm.end();
  } finally {
    await place.remove();
  }
});

Deno.test("who is not root may keep the configuration as he likes", async () => {
  const place = await Place.create();
  try {
    await place.configure("web: {cmd: sleep 1000, starttime: 0}");
    await Deno.chmod(place.config, 0o666);
    const as = Deno.uid() === 0 ? { as: "nobody" } as const : {};
    if (Deno.uid() === 0) await Deno.chown(place.directory, 65_534, 65_534);
    await using tm = await startTaskmaster({ programs: "", place, ...as });
    await tm.next("web", "running");
    await tm.end();
  } finally {
    await place.remove();
  }
});
