import { killAt, monotonicMs } from "../monotonic.ts";
import { cpuSeconds } from "../own_processes.ts";
import { pause } from "../run_command.ts";
import { figureOf, type Question } from "./question.ts";

export const RATE = figureOf("output of one program into its log", "MiB/s");
export const COST = figureOf("CPU for 1 GiB of output", "ms");

const SIGUSR1 = 10;
const MEBIBYTE = 1_048_576;
const CHECK_MS = 5;
const LIMIT_MS = 30_000;

/** The program writes as fast as it is let, and tells when it begins and when it has ended. */
export const output: Question = {
  name: "output",
  async ask({ stamps, layout, fleet, peer, own }) {
    const log = layout.logOf("w0");
    if (log === null) return [];
    const before = cpuSeconds(own);
    killAt(stamps.latest("w0").pid, SIGUSR1);
    await stamps.until(`${peer.name}: output`, () => stamps.all.length === 3);
    const giveUpAt = monotonicMs() + LIMIT_MS;
    while (sizeOf(log) < fleet.bytes) {
      if (monotonicMs() > giveUpAt) throw new Error(`${peer.name}: ${log} is incomplete`);
      await pause(CHECK_MS);
    }
    const [, began, ended] = stamps.all;
    const mebibytes = fleet.bytes / MEBIBYTE;
    const cpuMs = 1000 * (cpuSeconds(own) - before);
    return [
      { figure: RATE, value: mebibytes / ((ended!.ms - began!.ms) / 1000) },
      { figure: COST, value: cpuMs / (mebibytes / 1024) },
    ];
  },
};

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0; // not yet there
  }
}
