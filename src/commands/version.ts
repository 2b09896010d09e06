import type { Command } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { JSON_OPTION, writeJson } from "./selectors.ts";

export const version: Command = {
  name: "version",
  summary: "print the version of the running taskmaster",
  arguments: [],
  options: [JSON_OPTION],
  async run({ options }, { controller, output }) {
    const { supervisor: { version, pid } } = await controller.snapshot([]);
    if (options.json === true) writeJson([{ version, pid }], output);
    else output.write(`taskmaster ${version}\n`);
    return EXIT.done;
  },
};
