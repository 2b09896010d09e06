/** What a process is: its command and the conditions it runs under. */
import { booleanJson, pathJson, textJson, umaskJson } from "./json_values.ts";
import { command, environment } from "./lists.ts";
import { boolean, umask } from "./scalars.ts";
import { scalar, setting } from "./setting.ts";
import { path, user } from "./words.ts";

export const processKeys = {
  cmd: setting(command, {
    expects: "a command line or a list of arguments",
    default: "none, it is required",
    reload: "restart",
    notes: "A string is split as a shell would split it, quotes and backslashes included, but " +
      "no shell is run: no variables, pipes or redirections. A list is the arguments as " +
      "they are.",
    example:
      'cmd: "/usr/sbin/nginx -g \'daemon off;\'"\ncmd: [sh, -c, "echo $HOME; exec sleep 60"]',
    json: {
      anyOf: [
        { ...textJson, minLength: 1 },
        { type: "array", minItems: 1, items: textJson },
      ],
    },
  }),
  env: setting(environment, {
    expects: 'a mapping "NAME: value"',
    default: "nothing added",
    reload: "restart",
    notes: "Variables added to taskmaster's own environment and `taskmaster.env`. Values become " +
      "text exactly as written: `1.10` stays `1.10`, `yes` stays `yes`. An empty value removes " +
      'an inherited variable; an empty text is written `""`.',
    example: "env:\n  PORT: 8080\n  LANG:",
    whenEmpty: new Map(),
    json: {
      type: ["object", "null"],
      propertyNames: { pattern: "^[^=]+$" },
      additionalProperties: { type: ["string", "number", "boolean", "null"] },
    },
  }),
  workingdir: setting(scalar(path), {
    expects: "a path",
    default: "the configuration file's directory",
    reload: "restart",
    notes: "The directory the process starts in. A relative path starts at the configuration " +
      "file's directory. It must exist when a process starts, not when the file is read.",
    example: "workingdir: /srv/web",
    json: pathJson,
  }),
  umask: setting(scalar(umask), {
    expects: "an octal number from 0 to 777",
    default: "taskmaster's own",
    reload: "restart",
    notes: "Permissions that files made by the process do not get. Always octal: `022`, " +
      '`"022"`, `0o22` and `22` are the same.',
    example: "umask: 027",
    json: umaskJson,
  }),
  user: setting(scalar(user), {
    expects: 'a user as "name" or "name:group"',
    default: "the user taskmaster runs as",
    reload: "restart",
    notes: "The user the process runs as. Only for a taskmaster that stays root with " +
      "`--allow-root`, where every program has to have one; `user: root` says that root is " +
      "meant.",
    example: "user: www-data",
    json: { type: ["string", "integer"], pattern: "^[^\\s:]+(:[^\\s:]+)?$" },
  }),
  tty: setting(scalar(boolean), {
    expects: "true or false",
    default: "false",
    reload: "restart",
    notes: "Whether the process runs on a terminal of its own, which `attach` connects you to. " +
      "Standard output and error are one stream then, and go where `stdout` says; TERM is " +
      "`xterm-256color` unless `env` says otherwise. See docs/attach.md.",
    example: "tty: true",
    json: booleanJson,
  }),
} as const;
