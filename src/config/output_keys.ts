/** Where the output of processes goes. */
import { booleanJson, integerJson, sizeJson } from "./json_values.ts";
import { outputTarget } from "./output_target.ts";
import { size } from "./quantities.ts";
import { boolean, integer } from "./scalars.ts";
import { scalar, setting } from "./setting.ts";

const BACKUPS = { min: 0, max: 10_000 };

export const outputKeys = {
  stdout: setting(scalar(outputTarget("stdout")), {
    expects: "a path, discard or inherit",
    default: "`{program}-{num}.stdout.log` in the log directory",
    reload: "restart",
    notes: "`discard`, `/dev/null` and an empty value throw the output away; `inherit` passes " +
      "it to taskmaster's own stream. In a path, `{program}`, `{process}` and `{num}` " +
      "stand for the program's name, the process's name (`web:0`) and its number. A " +
      "relative path starts at the configuration file's directory. Several processes may " +
      "share a file.",
    example: "stdout: /var/log/web-{num}.log",
    whenEmpty: { kind: "discard" },
    json: { type: ["string", "null"], minLength: 1 },
  }),
  stderr: setting(scalar(outputTarget("stderr")), {
    expects: "a path, discard, inherit or stdout",
    default: "`{program}-{num}.stderr.log` in the log directory",
    reload: "restart",
    notes: "Where standard error goes: as for `stdout`, and `stdout` sends it wherever standard " +
      "output goes.",
    example: "stderr: stdout",
    whenEmpty: { kind: "discard" },
    json: { type: ["string", "null"], minLength: 1 },
  }),
  copy_output: setting(scalar(boolean), {
    expects: "true or false",
    default: "false",
    reload: "restart",
    notes: "Shows what the processes write on taskmaster's own standard output as well, as whole " +
      "lines after the name of the process (`web:0 | ready`); escape sequences are shown " +
      "as by `tail`. JSON lines if `log_format` is `json`. For containers, together with `stdout: discard` if " +
      "no file is wanted. A reader that does not keep up costs lines there, which are counted, " +
      "and holds nothing up.",
    example: "copy_output: true",
    json: booleanJson,
  }),
  stdout_maxbytes: setting(scalar(size), {
    expects: "a size such as 50MB, or 0",
    default: "50MB",
    reload: "live",
    notes: "Size at which the file of standard output is rotated; 0 means never.",
    example: "stdout_maxbytes: 10MB",
    json: sizeJson,
  }),
  stdout_backups: setting(scalar(integer(BACKUPS)), {
    expects: "a whole number, 0 or more",
    default: "10",
    reload: "live",
    notes: "How many rotated files of standard output are kept.",
    example: "stdout_backups: 3",
    json: integerJson(BACKUPS),
  }),
  stderr_maxbytes: setting(scalar(size), {
    expects: "a size such as 50MB, or 0",
    default: "50MB",
    reload: "live",
    notes: "Size at which the file of standard error is rotated; 0 means never.",
    example: "stderr_maxbytes: 10MB",
    json: sizeJson,
  }),
  stderr_backups: setting(scalar(integer(BACKUPS)), {
    expects: "a whole number, 0 or more",
    default: "10",
    reload: "live",
    notes: "How many rotated files of standard error are kept.",
    example: "stderr_backups: 3",
    json: integerJson(BACKUPS),
  }),
} as const;
