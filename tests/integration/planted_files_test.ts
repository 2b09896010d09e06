/** Files that somebody has put where root is about to write: root follows none of them elsewhere. */
import assert from "node:assert/strict";
import { lchownSync } from "node:fs";
import { join } from "node:path";
import { streamKey } from "../../src/sys/output/child_output.ts";
import { fifoName } from "../../src/sys/output/fifo.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { NOBODY, Place, testAsRoot } from "../support/taskmaster_place.ts";

const PRECIOUS = "root's own, and to stay as it is\n";
/** Of standard output of the only process of `web`. */
const FIFO = fifoName(streamKey("web", 0, "stdout"));
const BECOMES_NOBODY = {
  programs: "web: {cmd: [sh, -c, 'echo out; exec sleep 1000'], starttime: 0}",
  args: ["--user", "nobody"],
};
const STAYS_ROOT = {
  programs: "web: {cmd: [sh, -c, 'echo out; exec sleep 1000'], starttime: 0, user: root, " +
    "stdout: out/web.log}",
  args: ["--allow-root"],
};

interface Start {
  readonly programs: string;
  readonly args: readonly string[];
  readonly daemon?: string;
}

/** What stands in the way of a start by root, made by whom root becomes. */
class Planted {
  readonly place: Place;
  /** Of root, with mode 0600. */
  readonly precious: string;

  constructor(place: Place) {
    this.place = place;
    this.precious = join(place.directory, "precious");
  }

  linkAt(path: string, target: string = this.precious): void {
    Deno.symlinkSync(target, path);
    lchownSync(path, NOBODY.uid, NOBODY.gid);
  }

  inState(name: string): string {
    return join(this.place.stateDir, name);
  }
}

/** What is root's must be the same after the start. */
async function withPlanted(
  { programs, args, daemon = "" }: Start,
  plant: (planted: Planted) => void | Promise<void>,
  check: (tm: Taskmaster) => Promise<void>,
): Promise<void> {
  const place = await Place.create();
  const planted = new Planted(place);
  const { precious } = planted;
  try {
    await place.configure(programs, daemon);
    await Deno.mkdir(place.stateDir, { mode: 0o700 });
    const owner = args.includes("--allow-root") ? { uid: 0, gid: 0 } : NOBODY;
    await Deno.chown(place.stateDir, owner.uid, owner.gid);
    await Deno.writeTextFile(precious, PRECIOUS, { mode: 0o600 });
    await plant(planted);
    await using tm = await startTaskmaster({ programs: "", place, as: "root", args });
    await check(tm);
    assert.equal(await Deno.readTextFile(precious), PRECIOUS);
    const { uid, mode } = await Deno.stat(precious);
    assert.deepEqual([uid, mode! & 0o777], [0, 0o600]);
  } finally {
    await place.remove();
  }
}

function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name);
}

async function assertRefused(tm: Taskmaster, reason: RegExp): Promise<void> {
  assert.equal(await tm.ended(), 1, tm.describe());
  assert.match(tm.stderr(), reason);
  assert.deepEqual(tm.place.processes(), []);
}

async function assertWorks(tm: Taskmaster): Promise<void> {
  await tm.next("web", "running");
  await tm.end();
}

testAsRoot(
  "a link in the place of lock, state table, socket or pidfile leads root nowhere",
  async () => {
    for (const name of ["lock", "state", "control.sock"]) {
      await withPlanted(
        BECOMES_NOBODY,
        (planted) => planted.linkAt(planted.inState(name)),
        (tm) => assertRefused(tm, new RegExp(`^taskmaster: .*/${name}"`)),
      );
    }
    await withPlanted(
      { ...BECOMES_NOBODY, daemon: "pidfile: out/taskmaster.pid" },
      (planted) => planted.linkAt(join(planted.place.out, "taskmaster.pid")),
      (tm) => assertRefused(tm, /taskmaster\.pid"/),
    );
  },
);

testAsRoot(
  "a link in the place of a temporary file or the alerts is not followed",
  () =>
    withPlanted(
      BECOMES_NOBODY,
      (planted) => {
        for (const name of ["state.new", "alerts", "alerts.new"]) {
          planted.linkAt(planted.inState(name));
        }
      },
      assertWorks,
    ),
);

testAsRoot("a link in the place of a FIFO is not followed", () =>
  withPlanted(
    BECOMES_NOBODY,
    async (planted) => {
      const fifos = planted.inState("fifo");
      await Deno.mkdir(fifos, { mode: 0o700 });
      await Deno.chown(fifos, NOBODY.uid, NOBODY.gid);
      planted.linkAt(join(fifos, FIFO));
    },
    async (tm) => {
      const { reason } = await tm.next("web", "spawn_failed");
      assert.ok(reason.includes(`${FIFO}": it is a symlink, not a FIFO`), reason);
      tm.signal("SIGTERM");
      await tm.exitCode;
    },
  ));

testAsRoot("a FIFO in the place of the state table is not waited for", () =>
  withPlanted(
    BECOMES_NOBODY,
    async ({ place }) => {
      await new Deno.Command("mkfifo", { args: [join(place.stateDir, "state")] }).output();
    },
    (tm) => assertRefused(tm, /state table .*not a regular file/),
  ));

testAsRoot("another name of root's file, as lock or pidfile, is not written to", async () => {
  await withPlanted(
    BECOMES_NOBODY,
    (planted) => Deno.linkSync(planted.precious, planted.inState("lock")),
    (tm) => assertRefused(tm, /lock" was not made by this user's taskmaster/),
  );
  await withPlanted(
    { ...STAYS_ROOT, daemon: "pidfile: out/taskmaster.pid" },
    ({ place, precious }) => Deno.linkSync(precious, join(place.out, "taskmaster.pid")),
    (tm) => assertRefused(tm, /taskmaster\.pid" was not made by this user's taskmaster/),
  );
});

testAsRoot("whom root becomes cannot have a pidfile made elsewhere by a link", () =>
  withPlanted(
    { ...BECOMES_NOBODY, daemon: "pidfile: out/run/taskmaster.pid" },
    (planted) => {
      const { place } = planted;
      Deno.mkdirSync(join(place.directory, "roots"), { mode: 0o755 });
      planted.linkAt(join(place.out, "run"), join(place.directory, "roots"));
    },
    async (tm) => {
      await assertRefused(tm, /symbolic link of uid 65534 leads to ".*roots"/);
      assert.deepEqual(namesIn(join(tm.place.directory, "roots")), []);
    },
  ));

testAsRoot("whom root becomes cannot have directories made elsewhere by a link", () =>
  withPlanted(
    {
      ...BECOMES_NOBODY,
      programs: "web: {cmd: sleep 1000, starttime: 0, stdout: out/logs/deep/web.log}",
    },
    (planted) => {
      const { place } = planted;
      Deno.mkdirSync(join(place.directory, "roots"), { mode: 0o755 });
      planted.linkAt(join(place.out, "logs"), join(place.directory, "roots"));
    },
    async (tm) => {
      await tm.until(() => tm.log.some(({ kind }) => kind === "spawn_failed") || undefined);
      assert.deepEqual(namesIn(join(tm.place.directory, "roots")), []);
      tm.signal("SIGTERM");
      await tm.exitCode;
    },
  ));

for (
  const [what, plant] of [
    ["a link to another file", (planted) => planted.linkAt(join(planted.place.out, "web.log"))],
    ["another name of a file", ({ place, precious }) => {
      Deno.linkSync(precious, join(place.out, "web.log"));
    }],
  ] as readonly (readonly [string, (planted: Planted) => void])[]
) {
  testAsRoot(
    `a taskmaster that stays root writes no log into ${what} that a user has made`,
    () =>
      withPlanted(STAYS_ROOT, plant, async (tm) => {
        await tm.until(() =>
          tm.log.some(({ kind }) => kind === "spawn_failed" || kind === "output_lost") || undefined
        );
        tm.signal("SIGTERM");
        await tm.exitCode;
      }),
  );
}

testAsRoot(
  "a taskmaster that stays root follows no user's link on the way to a log",
  () =>
    withPlanted(
      { ...STAYS_ROOT, programs: STAYS_ROOT.programs.replace("out/web.log", "out/logs/web.log") },
      (planted) => {
        const { place } = planted;
        Deno.mkdirSync(join(place.directory, "roots"), { mode: 0o755 });
        planted.linkAt(join(place.out, "logs"), join(place.directory, "roots"));
      },
      async (tm) => {
        await tm.until(() =>
          tm.log.some(({ kind }) => kind === "spawn_failed" || kind === "output_lost") || undefined
        );
        assert.deepEqual(namesIn(join(tm.place.directory, "roots")), []);
        tm.signal("SIGTERM");
        await tm.exitCode;
      },
    ),
);
