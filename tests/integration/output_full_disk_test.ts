/** A disk without room for a program's log. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { isAlive } from "../support/proc.ts";
import { SmallDisk } from "../support/small_disk.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { crash, liveChildren, startAgain } from "../support/taskmaster_crash.ts";
import { canMount, Place, tryKill } from "../support/taskmaster_place.ts";
import { readIfThere } from "../support/taskmaster_log.ts";
import { ask } from "../support/taskmaster_shell.ts";

const COUNTS = shell('i=0; while :; do i=$((i+1)); printf "%d %0999d\\n" $i 0; sleep 0.005; done');

const isPossible = await canMount();
const name = "a full disk costs output, which is counted and shown, and goes on when there is room";

Deno.test({
  name: isPossible ? name : `${name} (skipped: needs root and mount)`,
  ignore: !isPossible,
  async fn() {
    const directory = await Deno.makeTempDir({ prefix: "taskmaster_disk_" });
    try {
      await Deno.chmod(directory, 0o755);
      await fillAndFree(directory);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

async function fillAndFree(directory: string): Promise<void> {
  await using disk = await SmallDisk.create(directory, "1m");
  await using tm = await startTaskmaster({
    programs: `
      count: {cmd: ${COUNTS}, starttime: 0, stdout: ${disk.path}/count.log}
      other: {cmd: ${COUNTS}, starttime: 0}
    `,
    stdin: "pty",
    terminal: { rows: 50, cols: 400 },
    prefix: disk.prefix,
  });
  const { pid } = await tm.next("count", "running");
  await tm.until(() => readIfThere(disk.see("count.log")).length > 0);
  disk.fill();
  const lost = await tm.next("count", "output_lost");
  assert.equal(lost.stream, "stdout");
  assert.match(lost.reason, /no space left|ENOSPC/i);
  await ask(tm, "log off");
  const bytesIn = (text: string) => Number(/ (\d+) bytes of output lost/.exec(text)?.[1] ?? 0);
  const first = bytesIn(await ask(tm, "status count"));
  assert.ok(first > 0);
  const deadline = performance.now() + 20_000;
  while (bytesIn(await ask(tm, "status count")) <= first) {
    assert.ok(performance.now() < deadline, "no more is counted");
  }
  assert.doesNotMatch(await ask(tm, "status other"), /lost/);
  const after = tm.now;
  const full = readIfThere(disk.see("count.log")).length;
  await disk.free();
  const recovered = await tm.next("count", "output_recovered", { after });
  assert.ok(recovered.bytesLost >= first);
  await tm.until(() => readIfThere(disk.see("count.log")).length > full + 5000);
  assert.ok(bytesIn(await ask(tm, "status count")) >= recovered.bytesLost);
  assert.ok(isAlive(pid));
  assert.deepEqual(tm.childrenOf().includes(pid), true);
  const other = tm.output("other").split("\n").slice(0, -1).map((line) => parseInt(line));
  assert.deepEqual(other, other.map((_, index) => index + 1));
  await tm.end();
}

const stateName =
  "a full disk under the state directory is told, stops nobody, and is made good later";

Deno.test({
  name: isPossible ? stateName : `${stateName} (skipped: needs root and mount)`,
  ignore: !isPossible,
  async fn() {
    const directory = await Deno.makeTempDir({ prefix: "taskmaster_disk_" });
    try {
      await Deno.chmod(directory, 0o755);
      await fillUnderState(directory);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

async function fillUnderState(directory: string): Promise<void> {
  await using disk = await SmallDisk.create(directory, "1m");
  const place = await Place.create({ stateDir: `${disk.path}/state` });
  await using _place = { [Symbol.asyncDispose]: () => place.remove() };
  await place.configure(`
    web: {cmd: sleep 1000, starttime: 0, autorestart: always, numprocs: 20}
    other: {cmd: ${COUNTS}, starttime: 0}
  `);
  await using tm = await startTaskmaster({ place, programs: "", prefix: disk.prefix });
  const allUp = (after = 0) =>
    tm.until(() => {
      const up = tm.log.filter(({ kind, seq }) => kind === "running" && seq > after);
      return up.length >= 20 && up;
    });
  // For a moment after its start a child cannot be told from others.
  const areKnown = () => tm.until(() => liveChildren(place).size === 21);
  await tm.next("other", "running");
  await allUp();
  await areKnown();
  disk.fill();
  // Enough to be told for more than the rest of a page.
  const filled = tm.now;
  for (const [name, [pid]] of liveChildren(place)) if (name !== "other") tryKill(pid!, "SIGKILL");
  const note = await tm.next(null, "note", { after: filled });
  assert.match(note.message, /^the state table cannot be written, .*(no space left|ENOSPC)/i);
  await allUp(filled);
  await areKnown();
  await disk.free();
  const [web] = liveChildren(place).get("web:0")!;
  tryKill(web!, "SIGKILL");
  const repaired = await tm.next(null, "note", { after: note.seq });
  assert.equal(repaired.message, "the state table can be written again");
  await tm.next("web:0", "running", { after: repaired.seq });
  await areKnown();
  await crash(tm);
  const before = liveChildren(place);
  await using next = await startAgain(tm, { prefix: disk.prefix });
  await next.until(() => next.log.filter(({ kind }) => kind === "adopted").length === 21);
  assert.deepEqual(liveChildren(place), before);
  await next.end();
  const other = next.output("other").split("\n").slice(0, -1).map((line) => parseInt(line));
  assert.deepEqual(other, other.map((_, index) => index + 1));
}
