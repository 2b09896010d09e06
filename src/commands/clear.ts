import type { Command } from "./command.ts";
import { exitCodeOf, writeResults } from "./operate.ts";
import { JSON_OPTION, SELECTOR_HELP, SELECTORS, writeJson, writeUnknown } from "./selectors.ts";

export const clear: Command = {
  name: "clear",
  summary: "empty the logs of processes; rotated files stay",
  details: SELECTOR_HELP,
  arguments: [SELECTORS],
  options: [JSON_OPTION],
  isNoted: true,
  async run({ args, options }, { controller, output }) {
    const reply = await controller.clear(args);
    const results = reply.results.map((result) => ({ ...result, pid: null }));
    if (options.json === true) writeJson(results, output);
    else writeResults({ ...reply, results }, "cleared", output);
    writeUnknown(reply.unknown, output);
    return exitCodeOf(reply);
  },
};
