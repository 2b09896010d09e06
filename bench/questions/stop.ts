import { monotonicMs } from "../monotonic.ts";
import type { Figure } from "../results.ts";
import { figureOf, programs, type Question } from "./question.ts";

export function stopFigure(count: number): Figure {
  return figureOf(`stop of ${programs(count)}`, "ms");
}

const LIMIT_MS = 120_000;

/**
 * From the command line to its end and that of the last program, whichever is later. Has to be the
 * last question: nothing can be told of programs afterwards.
 */
export const stop: Question = {
  name: "stop",
  async ask(session) {
    const began = monotonicMs();
    const [, isStopped] = await Promise.all([
      session.run(session.layout.stop),
      session.stamps.ended(LIMIT_MS),
    ]);
    if (!isStopped) throw new Error(`${session.peer.name} has not stopped all programs`);
    return [{ figure: stopFigure(session.fleet.count), value: monotonicMs() - began }];
  },
};
