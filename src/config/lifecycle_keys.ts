/** When processes are started and stopped, and how many there are. */
import type { Autorestart } from "../core/program.ts";
import { booleanJson, choiceJson, durationJson, integerJson } from "./json_values.ts";
import { EXIT_CODE_RANGE, exitCodes } from "./lists.ts";
import { duration } from "./quantities.ts";
import { boolean, choice, integer, signal } from "./scalars.ts";
import { scalar, setting } from "./setting.ts";
import { address } from "./words.ts";

const AUTORESTART_WORDS = ["always", "never", "unexpected"] as const;
const AUTORESTART_SYNONYMS = new Map<string, Autorestart>([
  ["true", "always"],
  ["yes", "always"],
  ["on", "always"],
  ["false", "never"],
  ["no", "never"],
  ["off", "never"],
]);

const NUMPROCS = { min: 1, max: 10_000 };
const STARTRETRIES = { min: 0, max: 1_000_000 };
const PRIORITY = { min: -1_000_000, max: 1_000_000 };
const DURATION_EXPECTS = 'seconds (0.5), or a time with a unit ("500ms", "1m")';

export const lifecycleKeys = {
  numprocs: setting(scalar(integer(NUMPROCS)), {
    expects: "a whole number from 1 to 10000",
    default: "1",
    reload: "live",
    notes: "How many processes of the program run. With more than one they are called `web:0`, " +
      "`web:1` and so on. A reload that raises it adds the highest numbers, one that " +
      "lowers it stops them; the others keep their pids.",
    example: "numprocs: 4",
    json: integerJson(NUMPROCS),
  }),
  autostart: setting(scalar(boolean), {
    expects: "true or false",
    default: "true",
    reload: "live",
    notes: "Whether the processes start with taskmaster.",
    example: "autostart: false",
    json: booleanJson,
  }),
  autorestart: setting(scalar(choice(AUTORESTART_WORDS, AUTORESTART_SYNONYMS)), {
    expects: "always, never or unexpected",
    default: "unexpected",
    reload: "live",
    notes: "Whether a process that ends is started again: always, never, or only when its exit " +
      "code is not one of `exitcodes`. `true` means `always`, `false` means `never`.",
    example: "autorestart: always",
    json: choiceJson(AUTORESTART_WORDS, [...AUTORESTART_SYNONYMS.keys()]),
  }),
  exitcodes: setting(exitCodes, {
    expects: "an exit code from 0 to 255, or a list of them",
    default: "0",
    reload: "live",
    notes: "The exit codes that count as expected. Death by a signal is never expected.",
    example: 'exitcodes: [0, 2]\nexitcodes: "0,2"',
    json: {
      anyOf: [
        { ...integerJson(EXIT_CODE_RANGE), pattern: "^ *\\+?[0-9]+ *(, *\\+?[0-9]+ *)*$" },
        { type: "array", minItems: 1, items: integerJson(EXIT_CODE_RANGE) },
      ],
    },
  }),
  startretries: setting(scalar(integer(STARTRETRIES)), {
    expects: "a whole number, 0 or more",
    default: "3",
    reload: "live",
    notes: "How many more starts are tried after one that failed, before the process is FATAL. " +
      "The wait between them grows by a second each time.",
    example: "startretries: 5",
    json: integerJson(STARTRETRIES),
  }),
  starttime: setting(scalar(duration), {
    expects: DURATION_EXPECTS,
    default: "1",
    reload: "live",
    notes: "How long a process must live to count as successfully started, in seconds or with a " +
      "unit: `500ms`, `2s`, `1m`, `1h30m`. With 0 it counts at once.",
    example: "starttime: 5",
    json: durationJson,
  }),
  stopsignal: setting(scalar(signal), {
    expects: "a signal",
    default: "TERM",
    reload: "live",
    notes: "The signal that asks a process to end, as `TERM`, `SIGTERM` or `15`.",
    example: "stopsignal: QUIT",
    json: { type: ["string", "integer"], minimum: 1, maximum: 31, pattern: "^[A-Za-z0-9]+$" },
  }),
  stoptime: setting(scalar(duration), {
    expects: DURATION_EXPECTS,
    default: "10",
    reload: "live",
    notes: "How long a process may take to end after the stop signal; then it gets SIGKILL.",
    example: "stoptime: 30",
    json: durationJson,
  }),
  stopasgroup: setting(scalar(boolean), {
    expects: "true or false",
    default: "true",
    reload: "live",
    notes: "Whether the stop signal goes to the whole process group, which includes what the " +
      "process itself started. supervisord's default is false.",
    example: "stopasgroup: false",
    json: booleanJson,
  }),
  killasgroup: setting(scalar(boolean), {
    expects: "true or false",
    default: "true",
    reload: "live",
    notes: "Whether SIGKILL goes to the whole process group. supervisord's default is false.",
    example: "stopasgroup: false\nkillasgroup: false",
    json: booleanJson,
  }),
  priority: setting(scalar(integer(PRIORITY)), {
    expects: "a whole number",
    default: "999",
    reload: "live",
    notes: "Programs with a low number start first and stop last; those with the same number go " +
      "together.",
    example: "priority: 10",
    json: integerJson(PRIORITY),
  }),
  essential: setting(scalar(boolean), {
    expects: "true or false",
    default: "false",
    reload: "live",
    notes: "When a process of the program has ended by itself and is not started again, or is " +
      "FATAL, taskmaster stops everything and ends: with exit code 0 if the end was expected, " +
      "9 if not. Stopping the program by hand does not count.",
    example: "essential: true",
    json: booleanJson,
  }),
  fatal_state_report_address: setting(scalar(address), {
    expects: '"host:port"',
    default: "none",
    reload: "live",
    notes: "When a process of the program becomes FATAL, one line of JSON is sent to this " +
      "address over TCP.",
    example: 'fatal_state_report_address: "127.0.0.1:8080"',
    json: { type: "string", pattern: "^(\\[[^\\]]+\\]|[^:]+):[0-9]+$" },
  }),
} as const;
