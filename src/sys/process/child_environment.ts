/** The environment of a child. */
import type { SpawnRequest } from "../../ports/spawner.ts";
import type { User } from "../privileges/user_database.ts";

/** The variable that tells which supervisor's child this is, and which of them. */
export const CHILD_TOKEN = "TASKMASTER_CHILD";

/** What most terminals are today, and what keeps the screen of a program with `tty` takes itself for. */
const TERMINAL_KIND = "xterm-256color";

/** The same for no two children on one machine. */
export function childToken(stateDir: string, { program, num, generation }: SpawnRequest): string {
  return `${stateDir} ${program.name}:${num} ${generation}`;
}

/** What sudo(8) tells of whoever called it. */
const SUDO_VARIABLES = ["SUDO_COMMAND", "SUDO_USER", "SUDO_UID", "SUDO_GID", "SUDO_HOME"];

export interface ChildSurroundings {
  readonly inherited: Readonly<Record<string, string>>;
  /** Variables that hold secrets of ours. */
  readonly withheld: ReadonlySet<string>;
  /** Who the child runs as, when it is not who we are. */
  readonly user: User | null;
  readonly stateDir: string;
}

/**
 * The supervisor's own but for what is `withheld` and what sudo has added, then who the child runs as, then the configured variables (null removes
 * one), then what tells the child who it is. The last group cannot be overridden.
 */
export function childEnvironment(
  { inherited, withheld, user, stateDir }: ChildSurroundings,
  request: SpawnRequest,
): Record<string, string> {
  const { program, num, processName } = request;
  // The directory that we were started in is not the child's.
  const environment: Record<string, string> = { ...inherited, PWD: program.workingdir };
  for (const name of withheld) delete environment[name];
  // Who started taskmaster is no business of theirs; there are programs that act upon it.
  for (const name of SUDO_VARIABLES) delete environment[name];
  if (user !== null) {
    environment.HOME = user.home;
    environment.USER = environment.LOGNAME = user.name;
    environment.SHELL = user.shell;
  }
  if (program.tty) {
    // Ours says what the terminal is that we were started from.
    for (const name of ["LINES", "COLUMNS", "TERMCAP", "COLORTERM"]) delete environment[name];
    environment.TERM = TERMINAL_KIND;
  }
  for (const [name, value] of Object.entries(program.env)) {
    if (value === null) delete environment[name];
    else environment[name] = value;
  }
  return {
    ...environment,
    [CHILD_TOKEN]: childToken(stateDir, request),
    TASKMASTER_PROGRAM: program.name,
    TASKMASTER_PROCESS: processName,
    TASKMASTER_PROCESS_NUM: String(num),
    SUPERVISOR_ENABLED: "1",
    SUPERVISOR_PROCESS_NAME: processName,
    SUPERVISOR_GROUP_NAME: program.name,
  };
}
