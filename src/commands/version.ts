import type { Command } from "./command.ts";
import { EXIT } from "./exit_code.ts";

export const version: Command = {
  name: "version",
  summary: "print the version of the running taskmaster",
  arguments: [],
  async run(_invocation, { controller, output }) {
    const { supervisor } = await controller.snapshot([]);
    output.write(`taskmaster ${supervisor.version}\n`);
    return EXIT.done;
  },
};
