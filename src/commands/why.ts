import { explain } from "../render/explanation.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { JSON_OPTION, SELECTORS, writeJson, writeUnknown } from "./selectors.ts";

export const why: Command = {
  name: "why",
  summary: "explain the present state of processes",
  arguments: [SELECTORS],
  options: [JSON_OPTION],
  async run({ args, options }, { controller, output }) {
    const { processes, unknown } = await controller.snapshot(args);
    for (const process of processes) {
      const selectors = [`${process.program}:${process.num}`];
      const records = await controller.records({ selectors });
      if (options.json === true) writeJson([{ process, records }], output);
      else output.write(explain(process, records, output));
    }
    writeUnknown(unknown, output);
    return unknown.length > 0 ? EXIT.noSuchProgram : EXIT.done;
  },
};
