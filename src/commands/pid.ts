import type { Command } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { JSON_OPTION, SELECTORS_OPTIONAL, writeJson, writeUnknown } from "./selectors.ts";

export const pid: Command = {
  name: "pid",
  summary: "print pids; without a name, taskmaster's own",
  details: "One pid per line, 0 for a process that is not running.",
  arguments: [SELECTORS_OPTIONAL],
  options: [JSON_OPTION],
  async run({ args, options }, { controller, output }) {
    const { processes, supervisor, unknown } = await controller.snapshot(args);
    if (args.length === 0) {
      if (options.json === true) writeJson([{ pid: supervisor.pid }], output);
      else output.write(`${supervisor.pid}\n`);
      return EXIT.done;
    }
    if (options.json === true) writeJson(processes.map(({ name, pid }) => ({ name, pid })), output);
    else for (const { pid } of processes) output.write(`${pid ?? 0}\n`);
    writeUnknown(unknown, output);
    if (unknown.length > 0) return EXIT.noSuchProgram;
    return processes.some((process) => process.pid === null) ? EXIT.notRunning : EXIT.done;
  },
};
