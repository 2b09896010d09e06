/** Who taskmaster and its children are. */
import assert from "node:assert/strict";
import { commandName, statusLine } from "../support/proc.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { runTaskmaster } from "../support/taskmaster_run.ts";
import { isRoot, NOBODY, testAsRoot } from "../support/taskmaster_place.ts";

const PROGRAMS = "web: {cmd: sleep 1000, starttime: 0, numprocs: 2}";

/** Every thread of taskmaster, and its children. */
function everybody(tm: Taskmaster): string[] {
  const threads = [...Deno.readDirSync(`/proc/${tm.pid}/task`)]
    .map(({ name }) => `${tm.pid}/task/${name}`);
  assert.ok(threads.length > 2, `${threads.length} threads`);
  return [...threads, ...tm.childrenOf().map(String)];
}

function assertIsNobody(who: string): void {
  const four = (id: number) => Array.from({ length: 4 }, () => String(id));
  assert.deepEqual(statusLine(who, "Uid"), four(NOBODY.uid), who);
  assert.deepEqual(statusLine(who, "Gid"), four(NOBODY.gid), who);
  assert.deepEqual(statusLine(who, "Groups"), [String(NOBODY.gid)], who);
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapAmb"]) {
    assert.match(statusLine(who, set)[0] ?? "", /^0+$/, `${set} of ${who}`);
  }
}

/** It ends with this code and one line, and has started nothing. */
async function assertRefused(tm: Taskmaster, code: number, line: RegExp): Promise<void> {
  assert.equal(await tm.ended(), code, tm.describe());
  assert.match(tm.stderr(), line);
  assert.equal(tm.stderr().trimEnd().split("\n").length, 1, tm.stderr());
  assert.equal(tm.stdout(), "");
  assert.deepEqual(tm.log, []);
  assert.deepEqual(tm.place.processes(), []);
}

testAsRoot("as root without --user it is refused, and nothing is started", async () => {
  await using tm = await startTaskmaster({ programs: PROGRAMS, as: "root" });
  await assertRefused(tm, 7, /^taskmaster: refusing to run as root: .*--user.*--allow-root/);
});

for (const user of ["nobody", "nobody:nogroup"]) {
  testAsRoot(`--user ${user}: every thread and every child is nobody, without rights`, async () => {
    await using tm = await startTaskmaster({
      programs: PROGRAMS,
      as: "root",
      args: ["--user", user],
    });
    await tm.next("web:1", "running");
    const dropped = await tm.next(null, "privileges_dropped");
    assert.deepEqual([dropped.user, dropped.group], ["nobody", "nogroup"]);
    assert.ok(dropped.seq < (await tm.next("web:0", "started")).seq);
    assert.equal(tm.childrenOf().length, 2);
    for (const who of everybody(tm)) assertIsNobody(who);
    await tm.end();
  });
}

testAsRoot("the user may stand in the file; --user counts more", async () => {
  await using tm = await startTaskmaster({
    programs: PROGRAMS,
    as: "root",
    daemon: "user: nobody",
  });
  await tm.next("web:1", "running");
  for (const who of everybody(tm)) assertIsNobody(who);
  await tm.end();
  await using other = await startTaskmaster({
    programs: PROGRAMS,
    as: "root",
    daemon: "user: ghost",
    args: ["--user", "nobody"],
  });
  await other.next("web:1", "running");
  for (const who of everybody(other)) assertIsNobody(who);
  await other.end();
});

testAsRoot("an unknown user or group is refused by name", async () => {
  for (
    const [user, line] of [
      ["ghost", /^taskmaster: unknown user "ghost"/],
      ["nobody:ghosts", /^taskmaster: unknown group "ghosts"/],
      ["root", /^taskmaster: refusing to run as root, which --user names/],
    ] as const
  ) {
    await using tm = await startTaskmaster({
      programs: PROGRAMS,
      as: "root",
      args: ["--user", user],
    });
    await assertRefused(tm, 7, line);
  }
});

testAsRoot(
  "with the rights of two users at a time every verb is refused, and does nothing",
  async () => {
    const secret = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(secret, "root:hash\n");
      const verbs = [
        ["check", secret],
        ["stop", "web"],
        ["init", `${secret}.yaml`],
        ["version"],
        [],
      ];
      for (const ids of ["--ruid=65534", "--rgid=65534"]) {
        for (const verb of verbs) {
          const prefix = ["setpriv", "--clear-groups", ids];
          const { code, stdout, stderr } = await runTaskmaster(verb, { prefix });
          assert.deepEqual([code, stdout], [7, ""], `${ids} ${verb}: ${stderr}`);
          assert.match(stderr, /^taskmaster: started with more than one user or group id.*\n$/);
        }
      }
    } finally {
      await Deno.remove(secret);
    }
  },
);

testAsRoot("with --allow-root it stays root, and programs have users of their own", async () => {
  await using tm = await startTaskmaster({
    programs: `
      web: {cmd: sleep 1000, starttime: 0, user: nobody}
      own: {cmd: sleep 1000, starttime: 0, user: root}
    `,
    as: "root",
    args: ["--allow-root"],
  });
  const web = await tm.next("web", "running");
  const own = await tm.next("own", "running");
  // Until it has become the command it is setpriv, which has rights.
  await tm.until(() => commandName(web.pid) === "sleep");
  assertIsNobody(String(web.pid));
  assert.equal(statusLine(own.pid, "Uid")[0], "0");
  await tm.end();
  await using bare = await startTaskmaster({
    programs: PROGRAMS,
    as: "root",
    args: ["--allow-root"],
  });
  assert.equal(await bare.ended(), 4);
  assert.match(bare.stderr(), /conf\.yaml:\d+:\d+: error: .*root/);
  assert.deepEqual(bare.log, []);
});

/** Somebody who is not root: the user of the tests, or nobody when that is root. */
const SOMEBODY = isRoot ? { as: "nobody" } as const : {};

Deno.test("who is not root cannot become somebody else", async () => {
  for (const user of ["daemon", "root"]) {
    await using tm = await startTaskmaster({
      programs: PROGRAMS,
      ...SOMEBODY,
      args: ["--user", user],
    });
    await assertRefused(tm, 7, new RegExp(`^taskmaster: cannot become "${user}": only root can`));
  }
});

Deno.test("who is not root carries on when only the file names somebody else", async () => {
  await using tm = await startTaskmaster({
    programs: PROGRAMS,
    ...SOMEBODY,
    daemon: "user: daemon",
  });
  await tm.next("web:1", "running");
  const note = await tm.next(null, "note");
  assert.match(note.message, /names the user "daemon", but only root can become another user/);
  assert.notEqual(statusLine(tm.pid, "Uid")[0], "0");
  await tm.end();
});
