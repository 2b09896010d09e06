import type { Command } from "./command.ts";
import { EXIT } from "./exit_code.ts";

export const upgrade: Command = {
  name: "upgrade",
  summary: "replace taskmaster itself; the programs go on",
  details:
    "The new executable, the same path by default, is rehearsed first: if it does not come\n" +
    "up, nothing changes.",
  arguments: [{ name: "executable", kind: "file", required: false }],
  isNoted: true,
  async run({ args: [executable] }, { controller, output }) {
    output.write("the new program is being rehearsed …\n");
    const upgraded = await controller.upgrade(executable);
    if (!upgraded.ok) {
      output.writeError(`${upgraded.error}\n`);
      return EXIT.failed;
    }
    output.write(`taskmaster ${upgraded.value.version} has taken over\n`);
    return EXIT.done;
  },
};
