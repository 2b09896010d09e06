import { isMissing } from "../core/snapshot.ts";
import { statusTable } from "../render/status_table.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { JSON_OPTION, SELECTORS_OPTIONAL, writeJson, writeUnknown } from "./selectors.ts";
import { watchStatus } from "./watch_status.ts";

export const status: Command = {
  name: "status",
  summary: "show the state of processes",
  details: "Exit code 3 when something that is wanted up is not running.",
  arguments: [SELECTORS_OPTIONAL],
  options: [
    { flags: "-w, --watch", description: "go on showing it as it changes, until Ctrl-C" },
    JSON_OPTION,
  ],
  async run({ args, options }, context) {
    const { controller, output } = context;
    if (options.watch === true) return await watchStatus(args, options.json === true, context);
    const { processes, unknown } = await controller.snapshot(args);
    if (options.json) {
      writeJson(processes, output);
    } else if (processes.length === 0 && unknown.length === 0) {
      output.write("no programs are configured\n");
    } else {
      output.write(statusTable(processes, output));
    }
    writeUnknown(unknown, output);
    if (unknown.length > 0) return EXIT.noSuchProgram;
    return processes.some(isMissing) ? EXIT.notRunning : EXIT.done;
  },
};
