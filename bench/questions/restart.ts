import { killAt, monotonicMs } from "../monotonic.ts";
import { pause } from "../run_command.ts";
import { figureOf, type Question } from "./question.ts";

export const RESTART = figureOf("restart after `kill -9`", "ms");

const SIGKILL = 9;
/** Whoever has run for so long is restarted without a delay by all supervisors. */
const LONG_ENOUGH_MS = 2500;

/** From kill(2) to the first act of the next one, of one program after the other. */
export const restart: Question = {
  name: "restart",
  async ask({ stamps, names, peer, beganMs, startMs }) {
    await pause(beganMs + startMs + LONG_ENOUGH_MS - monotonicMs());
    const samples = [];
    for (const name of names) {
      const { pid } = stamps.latest(name);
      const killedMs = killAt(pid, SIGKILL);
      await stamps.until(`${peer.name}: restart`, () => stamps.latest(name).pid !== pid);
      samples.push({ figure: RESTART, value: stamps.latest(name).ms - killedMs });
    }
    return samples;
  },
};
