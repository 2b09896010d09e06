import { RECORD_LEVELS } from "../core/record.ts";
import type { Command, EventLevel } from "./command.ts";
import { EXIT } from "./exit_code.ts";

const LEVELS: readonly EventLevel[] = [...RECORD_LEVELS, "off"];

export const log: Command = {
  name: "log",
  isShellOnly: true,
  summary: "show or set from which level events appear above the prompt",
  details: `Levels: ${LEVELS.join(", ")}. The log file has its own level, in the configuration.`,
  arguments: [{ name: "level", kind: "word", words: LEVELS, required: false }],
  run({ args: [wanted] }, { shell, output }) {
    if (wanted === undefined) {
      output.write(`events are shown from level ${shell.eventLevel}\n`);
      return Promise.resolve(EXIT.done);
    }
    const level = LEVELS.find((known) => known === wanted);
    if (level === undefined) {
      output.writeError(`unknown level "${wanted}"; levels are ${LEVELS.join(", ")}\n`);
      return Promise.resolve(EXIT.usage);
    }
    shell.eventLevel = level;
    return Promise.resolve(EXIT.done);
  },
};
