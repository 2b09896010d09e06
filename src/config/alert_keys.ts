/** The keys that every alert has, whatever its type. */
import * as z from "zod";
import { ALERT_EVENT_NAMES, type AlertEvent } from "../core/alert/alert_event.ts";
import { ALERT_TYPES } from "../core/alert/settings.ts";
import { readAlertEvent, readAlertEvents, readSelector, readSelectors } from "./alert_words.ts";
import { choiceJson, durationJson, integerJson } from "./json_values.ts";
import { duration } from "./quantities.ts";
import { choice, integer } from "./scalars.ts";
import { addProblem, scalar, setting, textOrList } from "./setting.ts";

const MAX_PER_HOUR = { min: 0, max: 3600 };
const OUTPUT_LINES = { min: 0, max: 100 };
const DURATION_EXPECTS = 'seconds (0.5), or a time with a unit ("500ms", "1m")';

export const DEFAULT_ON: readonly AlertEvent[] = ["fatal", "exited_unexpectedly", "recovered"];

export const commonAlertKeys = {
  type: setting(scalar(choice(ALERT_TYPES)), {
    expects: "email, http or syslog",
    default: "none, it is required",
    notes: "How it is told.",
    example: "type: email",
    json: choiceJson(ALERT_TYPES),
  }),
  on: setting(textOrList(readAlertEvents, nonEmptyList(scalar(readAlertEvent), "event")), {
    expects: "events, as a list or with commas between them",
    default: `\`[${DEFAULT_ON.join(", ")}]\``,
    notes: `What is told: ${ALERT_EVENT_NAMES.map((name) => `\`${name}\``).join(", ")}. What ` +
      "each one means: [alerts.md](alerts.md).",
    example: "on: [fatal, recovered]",
    json: {
      anyOf: [
        { type: "string", minLength: 1 },
        { type: "array", minItems: 1, items: choiceJson(ALERT_EVENT_NAMES) },
      ],
    },
  }),
  programs: setting(textOrList(readSelectors, nonEmptyList(scalar(readSelector), "selector")), {
    expects: "selectors of processes, as a list or with commas between them",
    default: "every program",
    notes: "Of which programs it tells, by name (`web`), process (`web:1`) or pattern (`db*`). " +
      "Events of taskmaster itself are told all the same, if `on` has them.",
    example: 'programs: [web, "db*"]',
    json: {
      anyOf: [
        { type: ["string", "integer"], minLength: 1 },
        { type: "array", minItems: 1, items: { type: ["string", "integer"], minLength: 1 } },
      ],
    },
  }),
  group_window: setting(scalar(duration), {
    expects: DURATION_EXPECTS,
    default: "10 seconds; 0 for `syslog`",
    notes: "What happens within this time after the first event goes into the same message.",
    example: "group_window: 1m",
    json: durationJson,
  }),
  max_per_hour: setting(scalar(integer(MAX_PER_HOUR)), {
    expects: "a whole number from 0 to 3600",
    default: "20; 0 for `syslog`",
    notes: "Messages in any hour; 0 means no limit. A quarter of them may follow each other at " +
      "once, the others evenly. Events that are held back go into the next message, the many of a " +
      "noisy program as a count.",
    example: "max_per_hour: 60",
    json: integerJson(MAX_PER_HOUR),
  }),
  retry_for: setting(scalar(duration), {
    expects: DURATION_EXPECTS,
    default: "1d",
    notes: "How long a message is kept and tried again while it cannot be delivered.",
    example: "retry_for: 3d",
    json: durationJson,
  }),
  timeout: setting(scalar(duration), {
    expects: DURATION_EXPECTS,
    default: "30",
    notes: "How long one attempt may take in all.",
    example: "timeout: 10",
    json: durationJson,
  }),
  output_lines: setting(scalar(integer(OUTPUT_LINES)), {
    expects: "a whole number from 0 to 100",
    default: "10",
    notes: "How many of the last lines of each stream come with bad news of a process. A program " +
      "that prints secrets should have 0 here. (`syslog` never has any.)",
    example: "output_lines: 0",
    json: integerJson(OUTPUT_LINES),
  }),
} as const;

/** A list that has at least one item. */
export function nonEmptyList<T>(item: z.ZodType<T>, noun: string): z.ZodType<readonly T[]> {
  return z.array(item).transform((items, context) => {
    if (items.length === 0) {
      addProblem(context, {
        code: "empty-list",
        what: "an empty list",
        expected: `at least one ${noun}`,
      });
    }
    return items;
  });
}
