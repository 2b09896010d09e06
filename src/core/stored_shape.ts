/** What lines of the state table have to look like to be believed. */
import {
  count,
  finite,
  flag,
  integer,
  kinds,
  listOf,
  mapOf,
  maybe,
  nullOr,
  object,
  oneOf,
  type Shape,
  text,
} from "../base/shape.ts";
import type { ExitStatus } from "./exit_status.ts";
import { FAULT_CODES } from "./fault.ts";
import type { Program } from "./program.ts";
import { SIGNAL_NAMES } from "./signal.ts";
import { STATES } from "./state.ts";
import type { ChildIdentity, StoredProcess } from "./stored.ts";

/** As `numprocs` of the configuration. */
const MOST_PROCESSES = 10_000;
/** PID_MAX_LIMIT of 64-bit kernels (proc_sys_kernel(5)). */
const LARGEST_PID = 4_194_304;
/** Process 1 is nobody's child; to kill(2), 0 and -1 mean whole crowds. */
const SMALLEST_PID = 2;

const pid = integer(SMALLEST_PID, LARGEST_PID);

export const exitShape: Shape<ExitStatus> = kinds<ExitStatus>({
  code: object({ code: integer(0, 255) }),
  signal: object({ signal: text }),
  unknown: object({}),
});

export const childShape: Shape<ChildIdentity> = object<ChildIdentity>({ pid, startTicks: count });

/** By this the name could be a key, or part of a path. */
const programName: Shape<string> = (value): value is string =>
  typeof value === "string" && /^[A-Za-z0-9_.-]+$/.test(value);

export const storedProcessShape: Shape<StoredProcess> = object<StoredProcess>({
  program: programName,
  num: integer(0, MOST_PROCESSES - 1),
  state: oneOf(STATES),
  wish: oneOf(["up", "down"]),
  generation: count,
  failedStarts: count,
  quickExits: count,
  lastExit: nullOr(object({
    pid,
    exit: exitShape,
    expected: flag,
    uptimeMs: finite,
    ranMs: nullOr(finite),
  })),
  child: nullOr(childShape),
  startsAgain: flag,
  fault: nullOr(object({ code: oneOf(FAULT_CODES), message: text })),
  endedByItself: maybe(flag),
  isLeaving: maybe(flag),
  isOutdated: maybe(flag),
  awaitsNewChild: maybe(flag),
  isAsked: maybe(flag),
});

const target = {
  file: object({ path: text }),
  discard: object({}),
  inherit: object({}),
};
const rotation = object({ maxBytes: count, backups: count });

export const storedProgramShape: Shape<Program> = object<Program>({
  name: programName,
  command: listOf(text),
  numprocs: integer(1, MOST_PROCESSES),
  autostart: flag,
  autorestart: oneOf(["always", "never", "unexpected"]),
  exitcodes: listOf(integer(0, 255)),
  startretries: count,
  starttimeMs: finite,
  stopsignal: oneOf(SIGNAL_NAMES),
  stoptimeMs: finite,
  stopasgroup: flag,
  killasgroup: flag,
  stdout: kinds<Program["stdout"]>({ ...target, stdout: object({}) }),
  stderr: kinds<Program["stderr"]>({ ...target, stdout: object({}) }),
  stdoutRotation: rotation,
  stderrRotation: rotation,
  env: mapOf(nullOr(text)),
  workingdir: text,
  umask: nullOr(integer(0, 0o777)),
  user: nullOr(text),
  priority: finite,
  tty: flag,
  essential: flag,
  copyOutput: flag,
  fatalStateReportAddress: nullOr(object({ host: text, port: integer(0, 65_535) })),
});
