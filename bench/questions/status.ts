import { monotonicMs } from "../monotonic.ts";
import type { Figure } from "../results.ts";
import { figureOf, programs, type Question } from "./question.ts";

export function statusFigure(count: number): Figure {
  return figureOf(`\`status\` of ${programs(count)}`, "ms");
}

const TIMES = 3;

/** From the command line to its end. */
export const status: Question = {
  name: "status",
  async ask(session) {
    const { count } = session.fleet;
    const samples = [];
    for (let time = 0; time <= TIMES; time++) {
      const began = monotonicMs();
      const output = await session.run(session.layout.status);
      const value = monotonicMs() - began;
      if (output.trim().split("\n").length < count) {
        throw new Error(`${session.peer.name} does not show ${count} programs: ${output}`);
      }
      // The first one reads its files from the disk.
      if (time > 0) samples.push({ figure: statusFigure(count), value });
    }
    return samples;
  },
};
