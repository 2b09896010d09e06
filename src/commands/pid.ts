import type { Command } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { SELECTORS_OPTIONAL, writeUnknown } from "./selectors.ts";

export const pid: Command = {
  name: "pid",
  summary: "print pids; without a name, taskmaster's own",
  details: "One pid per line, 0 for a process that is not running.",
  arguments: [SELECTORS_OPTIONAL],
  async run({ args }, { controller, output }) {
    const { processes, supervisor, unknown } = await controller.snapshot(args);
    if (args.length === 0) {
      output.write(`${supervisor.pid}\n`);
      return EXIT.done;
    }
    for (const process of processes) output.write(`${process.pid ?? 0}\n`);
    writeUnknown(unknown, output);
    if (unknown.length > 0) return EXIT.noSuchProgram;
    return processes.some((process) => process.pid === null) ? EXIT.notRunning : EXIT.done;
  },
};
