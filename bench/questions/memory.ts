import { pssKib } from "../own_processes.ts";
import { pause } from "../run_command.ts";
import type { Figure } from "../results.ts";
import { figureOf, programs, type Question } from "./question.ts";

export function memoryFigure(count: number): Figure {
  return figureOf(`memory with ${programs(count)}`, "MiB");
}

/** What is only needed to start programs is given back by then. */
const SETTLE_MS = 6000;

/** PSS of the supervisor and of what it starts for its own use. */
export const memory: Question = {
  name: "memory",
  isOnce: true,
  async ask(session) {
    await pause(SETTLE_MS);
    return [{ figure: memoryFigure(session.fleet.count), value: pssKib(session.own) / 1024 }];
  },
};
