/** The keys of `taskmaster:`, one entry each, with its type and all that is said about it. */
import * as z from "zod";
import type { LogFormat, OnFatal } from "../core/configuration.ts";
import { RECORD_LEVELS } from "../core/record.ts";
import {
  choiceJson,
  durationJson,
  integerJson,
  pathJson,
  sizeJson,
  umaskJson,
} from "./json_values.ts";
import { programShape } from "./program_schema.ts";
import { duration, size } from "./quantities.ts";
import { choice, integer, umask } from "./scalars.ts";
import { scalar, setting, settingDocs } from "./setting.ts";
import { daemonName, path, user } from "./words.ts";
import { environment } from "./lists.ts";

const BACKUPS = { min: 0, max: 10_000 };
const ON_FATAL: readonly OnFatal[] = ["ignore", "exit"];
const LOG_FORMATS: readonly LogFormat[] = ["text", "json"];

export const daemonShape = {
  user: setting(scalar(user), {
    expects: 'a user as "name" or "name:group"',
    default: "none",
    notes: "The user to become, for good, when started as root. The option `--user` comes first.",
    example: "user: nobody",
    json: { type: ["string", "integer"], pattern: "^[^\\s:]+(:[^\\s:]+)?$" },
  }),
  umask: setting(scalar(umask), {
    expects: "an octal number from 0 to 777",
    default: "022",
    notes: "The umask of taskmaster and of programs that have none of their own. Always octal.",
    example: "umask: 077",
    json: umaskJson,
  }),
  workingdir: setting(scalar(path), {
    expects: "a path",
    default: "the configuration file's directory",
    notes: "The directory taskmaster itself works in. Programs do not inherit it.",
    example: "workingdir: /",
    json: pathJson,
  }),
  env: setting(environment, {
    expects: 'a mapping "NAME: value"',
    default: "nothing added",
    notes: "Variables for every program; a program's own `env` comes after it. Values become " +
      "text exactly as written; an empty value removes an inherited variable.",
    example: "env:\n  TZ: UTC",
    whenEmpty: new Map(),
    json: settingDocs.get(programShape.env)!.json,
  }),
  name: setting(scalar(daemonName), {
    expects: "letters, digits, and any of _ . -",
    default: "made from the configuration file's name and path",
    notes:
      "Tells several taskmasters on one machine apart: the default places of files contain it.",
    example: "name: web",
    json: { type: ["string", "integer"], pattern: "^[A-Za-z0-9_.-]{1,100}$" },
  }),
  state_dir: setting(scalar(path), {
    expects: "a path",
    default: "`/run/taskmaster/NAME` when started as root, else " +
      "`$XDG_RUNTIME_DIR/taskmaster/NAME`, or `~/.local/state/taskmaster/NAME/run` when " +
      "there is no such directory",
    notes: "The directory of the lock and of the state. Do not put it into a temporary " +
      "directory: files there are swept away.",
    example: "state_dir: /run/taskmaster/web",
    json: pathJson,
  }),
  logfile: setting(scalar(path), {
    expects: "a path",
    default: "`taskmaster.log` in the log directory",
    notes: "The log of taskmaster itself.",
    example: "logfile: /var/log/taskmaster.log",
    json: pathJson,
  }),
  loglevel: setting(scalar(choice(RECORD_LEVELS)), {
    expects: "debug, info, warn or error",
    default: "info",
    notes: "The least important records that are logged.",
    example: "loglevel: debug",
    json: choiceJson(RECORD_LEVELS),
  }),
  log_format: setting(scalar(choice(LOG_FORMATS)), {
    expects: "text or json",
    default: "text",
    notes: "Lines for people, or one JSON object per line.",
    example: "log_format: json",
    json: choiceJson(LOG_FORMATS),
  }),
  logfile_maxbytes: setting(scalar(size), {
    expects: "a size such as 50MB, or 0",
    default: "50MB",
    notes: "Size at which the log is rotated; 0 means never.",
    example: "logfile_maxbytes: 10MB",
    json: sizeJson,
  }),
  logfile_backups: setting(scalar(integer(BACKUPS)), {
    expects: "a whole number from 0 to 10000",
    default: "10",
    notes: "How many rotated files of the log are kept.",
    example: "logfile_backups: 3",
    json: integerJson(BACKUPS),
  }),
  logdir: setting(scalar(path), {
    expects: "a path",
    default:
      "`/var/log/taskmaster/NAME` when started as root, else `~/.local/state/taskmaster/NAME`",
    notes: "The directory for the output of programs that name no file, and for the log.",
    example: "logdir: /var/log/web",
    json: pathJson,
  }),
  pidfile: setting(scalar(path), {
    expects: "a path",
    default: "none",
    notes: "A file that holds taskmaster's pid while it runs.",
    example: "pidfile: /run/taskmaster.pid",
    json: pathJson,
  }),
  socket: setting(scalar(path), {
    expects: "a path",
    default: "`control.sock` in the state directory",
    notes: "The Unix socket of clients; at most 107 bytes long, which is a limit of the system.",
    example: "socket: /run/taskmaster/web.sock",
    json: pathJson,
  }),
  socket_mode: setting(scalar(umask), {
    expects: "an octal number from 0 to 777",
    default: "0600",
    notes: "Permissions of the socket: who may write to it controls taskmaster. Always octal. " +
      "The directory of the default socket lets nobody else in, so name another `socket` as well.",
    example: "socket_mode: 0660",
    json: umaskJson,
  }),
  http: setting(z.map(z.string(), z.unknown()), {
    expects: "a mapping",
    default: "no API on TCP",
    notes: "The API on TCP, for those who have a password or a token. Its keys are " +
      "[below](#keys-of-http); [http.md](http.md) tells more.",
    example: 'http:\n  listen: "127.0.0.1:9001"\n  tokens:\n    ci: { token_env: CI_TOKEN }',
    json: { $ref: "#/$defs/http" },
  }),
  shutdown_timeout: setting(scalar(duration), {
    expects: 'seconds (0.5), or a time with a unit ("500ms", "1m")',
    default: "none",
    notes: "How long an orderly shutdown may take in all; what is left then is killed.",
    example: "shutdown_timeout: 1m",
    json: durationJson,
  }),
  on_fatal: setting(scalar(choice(ON_FATAL)), {
    expects: "ignore or exit",
    default: "ignore",
    notes: "With `exit`, taskmaster stops everything and ends with exit code 8 as soon as a " +
      "process becomes FATAL, so that whoever runs it (a container platform, systemd) can act.",
    example: "on_fatal: exit",
    json: choiceJson(ON_FATAL),
  }),
} as const;

export type DaemonValues = {
  readonly [K in keyof typeof daemonShape]?: z.output<(typeof daemonShape)[K]>;
};
