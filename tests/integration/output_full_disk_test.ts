/** A disk without room for a program's log. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { isAlive } from "../support/proc.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { canMount } from "../support/taskmaster_place.ts";
import { readIfThere } from "../support/taskmaster_log.ts";
import { ask } from "../support/taskmaster_shell.ts";

const COUNTS = shell('i=0; while :; do i=$((i+1)); printf "%d %0999d\\n" $i 0; sleep 0.005; done');

/**
 * Of a megabyte, in a mount namespace that only taskmaster and its programs are in: it ends with
 * them. A file already takes most of it.
 */
const ON_SMALL_DISK = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  'mkdir -p "$0/disk" && mount -t tmpfs -o size=1m,mode=777 none "$0/disk" && ' +
  'head -c 900000 /dev/zero >"$0/disk/filler" && exec "$@"',
];

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
  await using tm = await startTaskmaster({
    programs: `
      count: {cmd: ${COUNTS}, starttime: 0, stdout: ${directory}/disk/count.log}
      other: {cmd: ${COUNTS}, starttime: 0}
    `,
    stdin: "pty",
    terminal: { rows: 50, cols: 400 },
    prefix: [...ON_SMALL_DISK, directory],
  });
  const { pid } = await tm.next("count", "running");
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
  const disk = `/proc/${tm.pid}/root${directory}/disk`;
  const after = tm.now;
  const full = readIfThere(`${disk}/count.log`).length;
  await Deno.remove(`${disk}/filler`);
  const recovered = await tm.next("count", "output_recovered", { after });
  assert.ok(recovered.bytesLost >= first);
  await tm.until(() => readIfThere(`${disk}/count.log`).length > full + 5000);
  assert.ok(bytesIn(await ask(tm, "status count")) >= recovered.bytesLost);
  assert.ok(isAlive(pid));
  assert.deepEqual(tm.childrenOf().includes(pid), true);
  const other = tm.output("other").split("\n").slice(0, -1).map((line) => parseInt(line));
  assert.deepEqual(other, other.map((_, index) => index + 1));
  await tm.end();
}
