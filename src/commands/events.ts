import { jsonLine } from "../base/visible.ts";
import { isAtLeast, type JournalRecord, RECORD_LEVELS } from "../core/record.ts";
import { recordLine } from "../render/record.ts";
import type { Command, Output } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { untilEnded } from "./interrupt.ts";
import { readCount } from "./options.ts";
import { JSON_OPTION } from "./selectors.ts";

const DEFAULT_COUNT = 20;
/** Below it are the requests of everybody who asks for the state. */
const DEFAULT_LEVEL = "info";

export const events: Command = {
  name: "events",
  summary: "show what happened; with -f, what happens from now on",
  details: "Ctrl-C ends the following.",
  arguments: [],
  options: [
    { flags: "-f, --follow", description: "go on with new events until Ctrl-C" },
    { flags: "-n, --lines <count>", description: `how many past events (${DEFAULT_COUNT})` },
    {
      flags: "-l, --level <level>",
      description: `from which level on: ${RECORD_LEVELS.join(", ")} (${DEFAULT_LEVEL})`,
      value: "level",
    },
    JSON_OPTION,
  ],
  async run({ options }, { controller, output, interrupt }) {
    const limit = readCount(options.lines, DEFAULT_COUNT);
    if (limit === null) {
      output.writeError(`--lines takes a whole number, not "${options.lines}"\n`);
      return EXIT.usage;
    }
    const wanted = options.level ?? DEFAULT_LEVEL;
    const level = RECORD_LEVELS.find((known) => known === wanted);
    if (level === undefined) {
      output.writeError(`unknown level "${wanted}"; levels are ${RECORD_LEVELS.join(", ")}\n`);
      return EXIT.usage;
    }
    const past = limit === 0 ? [] : await controller.records({ limit, level });
    const line = (record: JournalRecord) => recordAsLine(record, output, options.json === true);
    output.write(past.map(line).join(""));
    if (options.follow !== true) return EXIT.done;
    const following = controller.follow((record) => {
      if (isAtLeast(record.level, level)) output.writeLive(line(record));
    });
    const problem = await untilEnded(following, interrupt);
    if (problem === null) return EXIT.done;
    output.writeError(`${problem}\n`);
    return EXIT.unreachable;
  },
};

function recordAsLine(record: JournalRecord, output: Output, asJson: boolean): string {
  return asJson ? jsonLine(record) : `${recordLine(record, output)}\n`;
}
