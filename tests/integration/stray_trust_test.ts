/** Any process can say in its environment that it is a child of taskmaster. */
import assert from "node:assert/strict";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { crash, startAgain } from "../support/taskmaster_crash.ts";
import { NOBODY, Place, testAsRoot } from "../support/taskmaster_place.ts";

const ALLOW_ROOT = { as: "root", args: ["--allow-root"] } as const;
const OWN = "web: {cmd: sleep 1000, starttime: 0, user: root}";

/** A process of nobody's that says it is the child of web:0 of this generation. */
async function withForger(
  place: Place,
  generation: number,
  run: (pid: number) => Promise<void>,
): Promise<void> {
  const becoming = [`--reuid=${NOBODY.uid}`, `--regid=${NOBODY.gid}`, "--clear-groups"];
  const forger = new Deno.Command("setpriv", {
    args: [...becoming, "sh", "-c", "echo ready; exec sleep 1000"],
    env: { TASKMASTER_CHILD: `${place.stateDir} web:0 ${generation}` },
    stdout: "piped",
    detached: true,
  }).spawn();
  const reader = forger.stdout.getReader();
  await reader.read();
  try {
    await run(forger.pid);
  } finally {
    forger.kill("SIGKILL");
    await reader.cancel();
    await forger.status;
  }
}

function assertNothingWasSaid(tm: Taskmaster, pid: number): void {
  const notes = tm.log.map((record) => JSON.stringify(record));
  assert.deepEqual(notes.filter((note) => note.includes(String(pid))), [], tm.describe());
}

testAsRoot(
  "no user's process is taken for a program of root's by what it says, at a first start",
  async () => {
    const place = await Place.create();
    try {
      await place.configure(OWN);
      await withForger(place, 1, async (forger) => {
        await using tm = await startTaskmaster({ programs: "", place, ...ALLOW_ROOT });
        assert.notEqual((await tm.next("web", "running")).pid, forger);
        assert.deepEqual(tm.kindsOf("web"), ["started", "running"]);
        assertNothingWasSaid(tm, forger);
        await tm.end();
      });
    } finally {
      await place.remove();
    }
  },
);

testAsRoot(
  "no user's process is taken for the newer child of root's program, or for a copy of it",
  async () => {
    await using tm = await startTaskmaster({ programs: OWN, ...ALLOW_ROOT });
    const { pid } = await tm.next("web", "running");
    await crash(tm);
    await withForger(tm.place, 1000, async (forger) => {
      await using next = await startAgain(tm, ALLOW_ROOT);
      assert.equal((await next.next("web", "adopted")).pid, pid);
      assertNothingWasSaid(next, forger);
      await next.end();
    });
  },
);

testAsRoot("no user's process is taken for a child that was started but not noted", async () => {
  await using tm = await startTaskmaster({ programs: OWN, ...ALLOW_ROOT });
  const { pid } = await tm.next("web", "running");
  await crash(tm);
  const table = `${tm.place.stateDir}/state`;
  const lines = (await Deno.readTextFile(table)).trimEnd().split("\n").map((line) => {
    const { process, ...others } = JSON.parse(line);
    if (process === undefined) return line;
    return JSON.stringify({ ...others, process: { ...process, state: "STARTING", child: null } });
  });
  await Deno.writeTextFile(table, `${lines.join("\n")}\n`);
  await withForger(tm.place, 1, async (forger) => {
    await using next = await startAgain(tm, ALLOW_ROOT);
    assert.equal((await next.next("web", "adopted")).pid, pid);
    assertNothingWasSaid(next, forger);
    await next.end();
  });
});

testAsRoot(
  "without a table a program that has become another user itself is known by its output",
  async () => {
    const becoming =
      `setpriv --reuid=${NOBODY.uid} --regid=${NOBODY.gid} --clear-groups sleep 1000`;
    await using tm = await startTaskmaster({
      programs: `
      web: {cmd: ${becoming}, starttime: 0, user: root}
      other: {cmd: sleep 1000, starttime: 0, user: nobody, stdout: discard, stderr: discard}
    `,
      ...ALLOW_ROOT,
    });
    const web = await tm.next("web", "running");
    const other = await tm.next("other", "running");
    await tm.until(() => [web, other].every(({ pid }) => uidOf(pid) === NOBODY.uid));
    await crash(tm);
    await Deno.remove(`${tm.place.stateDir}/state`);
    await using next = await startAgain(tm, ALLOW_ROOT);
    assert.equal((await next.next("web", "adopted")).pid, web.pid);
    assert.equal((await next.next("other", "adopted")).pid, other.pid);
    await next.end();
  },
);

function uidOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1]);
}
