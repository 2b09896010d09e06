/** What stands where taskmaster keeps a file of its own is something else. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { isRoot, NOBODY, Place } from "../support/taskmaster_place.ts";
import { processesOf, statOf } from "../support/proc.ts";

const PROGRAMS = "web: {cmd: [sh, -c, 'echo out; exec sleep 1000'], starttime: 0}";

async function withHolderFile(
  make: (path: string) => Promise<unknown>,
  check: (tm: Taskmaster) => Promise<void> | void,
  checkEnded: (tm: Taskmaster) => void = () => {},
): Promise<void> {
  const place = await Place.create();
  try {
    await place.configure(PROGRAMS);
    await Deno.mkdir(place.stateDir, { mode: 0o700 });
    const path = join(place.stateDir, "holder");
    await make(path);
    if (isRoot) {
      for (const one of [place.stateDir, path]) await Deno.chown(one, NOBODY.uid, NOBODY.gid);
    }
    await using tm = await startTaskmaster({ programs: "", place });
    await tm.next("web", "running");
    await tm.until(() => tm.output("web") === "out\n");
    await check(tm);
    await tm.end();
    checkEnded(tm);
  } finally {
    await place.remove();
  }
}

function notesOf(tm: Taskmaster): string {
  return tm.log.map((record) => record.kind === "note" ? `${record.message}\n` : "").join("");
}

Deno.test("a FIFO in the place of the holder's identity does not hold up the start", () =>
  withHolderFile(
    (path) => new Deno.Command("mkfifo", { args: [path] }).output(),
    async (tm) => {
      assert.match(notesOf(tm), /the FIFO holder was not taken over: it is not a regular file/);
      assert.ok((await Deno.lstat(join(tm.place.stateDir, "holder"))).isFile);
    },
  ));

Deno.test("an identity of the holder that means nothing is passed over", () =>
  withHolderFile(
    (path) => Deno.writeTextFile(path, '{"pid": "1", "startTime": 0}'),
    (tm) => {
      assert.match(notesOf(tm), /not taken over: what is noted of it is damaged/);
    },
  ));

Deno.test("a directory in the place of the holder's identity keeps nothing from ending", () =>
  withHolderFile(
    (path) => Deno.mkdir(path),
    (tm) => assert.match(notesOf(tm), /the FIFO holder will not be found by the next start: /),
    (tm) => assert.match(notesOf(tm), /cannot close the output of programs: /),
  ));

Deno.test("a holder that somebody has stopped does not keep taskmaster from ending", () =>
  withHolderFile(
    (path) => Deno.writeTextFile(path, "{}"),
    async (tm) => {
      const { pid } = JSON.parse(await Deno.readTextFile(join(tm.place.stateDir, "holder")));
      assert.ok(processesOf({ parent: tm.pid }).includes(pid));
      Deno.kill(pid, "SIGSTOP");
      await tm.until(() => statOf(pid)?.state === "T");
    },
  ));
