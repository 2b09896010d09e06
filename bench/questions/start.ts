import type { Figure } from "../results.ts";
import { figureOf, programs, type Question } from "./question.ts";

export function startFigure(count: number): Figure {
  return figureOf(`start of ${programs(count)}`, "ms");
}

/** From the command line to the first act of the last program. */
export const start: Question = {
  name: "start",
  ask: ({ fleet, startMs }) =>
    Promise.resolve([{ figure: startFigure(fleet.count), value: startMs }]),
};
