/** On a disk that was full: what is missing in the logs is what taskmaster said that it lost. */
import { furthest } from "./lines.ts";
import { SMALL } from "./programs.ts";
import type { SmallDisk } from "../support/small_disk.ts";
import type { DiskFiller } from "./disk_filler.ts";
import type { Check } from "./verdict.ts";

export interface LossesOptions {
  readonly disk: SmallDisk;
  readonly filler: DiskFiller;
  readonly counts: string;
  readonly paddingBytes: number;
  /** Of each process: nothing ends it but an orderly end of taskmaster. */
  readonly mostLives: number;
}

/** To be called when the programs have ended by themselves and nothing is on its way. */
export function checkLosses(
  { disk, filler: { reportedBytes }, counts, paddingBytes, mostLives }: LossesOptions,
): Check {
  const complaints: string[] = [];
  for (let num = 0; num < SMALL.numprocs; num++) {
    const lives = [...furthest(`${counts}/${SMALL.name}:${num}`)];
    if (lives.length > mostLives) {
      complaints.push(`small:${num} has had ${lives.length} lives, and not ${mostLives} at most`);
    }
    const written = lives.reduce((sum, [life, last]) => sum + bytesOf(life, last, paddingBytes), 0);
    const missing = written - Deno.statSync(disk.see(`small-${num}.log`)).size;
    const reported = reportedBytes[num]!;
    if (missing !== reported) {
      complaints.push(`small:${num}: ${missing} bytes are missing, ${reported} were reported`);
    }
  }
  const total = reportedBytes.reduce((sum, bytes) => sum + bytes, 0);
  return {
    name: "what a full disk cost is what was reported",
    seen: `${total} bytes`,
    complaints: total > 0 ? complaints : [...complaints, "nothing was lost, so nothing was tried"],
  };
}

/** Of all lines from 1 to the last. */
function bytesOf(life: string, last: number, paddingBytes: number): number {
  let bytes = 0;
  for (let n = 1; n <= last; n++) bytes += `<${life} ${n} >\n`.length + paddingBytes;
  return bytes;
}
