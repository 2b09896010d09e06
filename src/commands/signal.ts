import { jsonLine } from "../base/visible.ts";
import { nearest } from "../base/edit_distance.ts";
import { parseSignal, SIGNAL_NAMES } from "../core/signal.ts";
import type { OperationReply } from "../ports/controller.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { exitCodeOf, writeResults } from "./operate.ts";
import { JSON_OPTION, SELECTOR_HELP, SELECTORS, writeUnknown } from "./selectors.ts";

/** A process that was named itself does not run. Of several that a selector means, some may not. */
function hasMissed({ results }: OperationReply, selectors: readonly string[]): boolean {
  return results.some(({ name, fault }) => fault !== null && selectors.includes(name));
}

export const signal: Command = {
  name: "signal",
  summary: "send a signal to processes",
  details: `${SELECTOR_HELP}\nThe signal goes to each process itself, not to its group.\n` +
    "Exit code 1 when a process that was named does not run.",
  arguments: [{ name: "signal", kind: "signal", required: true }, SELECTORS],
  options: [JSON_OPTION],
  isNoted: true,
  async run({ args: [text = "", ...selectors], options }, { controller, output }) {
    const name = parseSignal(text);
    if (name === undefined) {
      const guess = nearest(text.toUpperCase().replace(/^SIG/, ""), SIGNAL_NAMES);
      const hint = guess === undefined ? "" : `; did you mean "${guess}"?`;
      output.writeError(`unknown signal "${text}"${hint}\n`);
      return EXIT.usage;
    }
    const reply = await controller.signal(selectors, name);
    if (options.json) {
      for (const result of reply.results) output.write(jsonLine(result));
    } else {
      writeResults(reply, `signal ${name} sent`, output);
    }
    writeUnknown(reply.unknown, output);
    const code = exitCodeOf(reply);
    return code === EXIT.done && hasMissed(reply, selectors) ? EXIT.failed : code;
  },
};
