import { monotonicMs } from "../monotonic.ts";
import { cpuSeconds } from "../own_processes.ts";
import { pause } from "../run_command.ts";
import { figureOf, programs, type Question } from "./question.ts";

const SECONDS = 20;

/** The start of the supervisor itself is in it. */
export const crash: Question = {
  name: "crash",
  async ask(session) {
    const { beganMs, fleet, stamps } = session;
    await pause(beganMs + SECONDS * 1000 - monotonicMs());
    const looping = `${programs(fleet.count)} that fail at once`;
    return [
      {
        figure: figureOf(`CPU in the first ${SECONDS} s of ${looping}`, "ms"),
        value: 1000 * cpuSeconds(session.own),
      },
      {
        figure: figureOf(`starts in the first ${SECONDS} s of ${looping}`, "times"),
        value: stamps.all.length,
      },
    ];
  },
};
