import { contextSwitches, cpuSeconds, increase } from "../own_processes.ts";
import { pause } from "../run_command.ts";
import type { Figure } from "../results.ts";
import { figureOf, programs, type Question } from "./question.ts";

const SECONDS = 30;
/**
 * What has to be done after a start is done by then: threads that nobody needs end after 10 s, and
 * half a minute after it a collector may look around once more.
 */
const SETTLE_MS = 45_000;

export function wakeUpsFigure(count: number): Figure {
  return figureOf(`wake-ups in ${SECONDS} s, idle with ${programs(count)}`, "times");
}
export function idleCpuFigure(count: number): Figure {
  return figureOf(`CPU in ${SECONDS} s, idle with ${programs(count)}`, "ms");
}

export const idle: Question = {
  name: "idle",
  async ask(session) {
    await pause(SETTLE_MS);
    const { own, fleet } = session;
    const switches = contextSwitches(own);
    const cpu = cpuSeconds(own);
    await pause(SECONDS * 1000);
    return [
      { figure: wakeUpsFigure(fleet.count), value: increase(switches, contextSwitches(own)) },
      { figure: idleCpuFigure(fleet.count), value: 1000 * (cpuSeconds(own) - cpu) },
    ];
  },
};
