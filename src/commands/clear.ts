import type { Command } from "./command.ts";
import { exitCodeOf, writeResults } from "./operate.ts";
import { SELECTOR_HELP, SELECTORS, writeUnknown } from "./selectors.ts";

export const clear: Command = {
  name: "clear",
  summary: "empty the logs of processes; rotated files stay",
  details: SELECTOR_HELP,
  arguments: [SELECTORS],
  isNoted: true,
  async run({ args }, { controller, output }) {
    const reply = await controller.clear(args);
    const results = reply.results.map((result) => ({ ...result, pid: null }));
    writeResults({ ...reply, results }, "cleared", output);
    writeUnknown(reply.unknown, output);
    return exitCodeOf(reply);
  },
};
