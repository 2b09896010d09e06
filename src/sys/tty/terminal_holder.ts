/**
 * The process that has the master of a child's terminal, in our place: as long as it lives the child
 * is not hung up, whatever becomes of us. It carries what the child writes into the FIFO of its
 * standard output, and keys from another FIFO to the child. It ends by itself when nobody has the
 * terminal open any more, and with it the terminal is gone.
 */
import { userOf } from "../process/evidence.ts";
import { killAndReap } from "../process/exit_of_pidfd.ts";
import { check, libc } from "../libc.ts";
import { O_WRONLY } from "../files/open_flags.ts";
import { closePidfd, openPidfd } from "../process/pidfd.ts";
import { environmentOf, readStat } from "../process/proc_stat.ts";
import { startProcess } from "../process/start_process.ts";

const TOKEN = "TASKMASTER_TERMINAL";
const NAME = "taskmaster-terminal-holder";
const SHELL = "/bin/sh";
const NOWHERE = "/dev/null";

/**
 * Standard input ends when it may write output (`turn.ts`), standard output is the master.
 * Arguments: the FIFO with keys, the FIFO for output, the path of the terminal, which it only keeps
 * for whoever comes after us. cat(1) reads the master until the last process has closed the
 * terminal. The shell is the last of the three to end.
 */
const SCRIPT = `
exec 3<&1 1>${NOWHERE}
cat 0<>"$1" 1>&3 3<&- &
read -r turn
cat 0<&3 1<>"$2" 3<&-
kill "$!"
wait
`;

export interface HolderRequest {
  /** Names the child: no other holder of ours has the same. */
  readonly token: string;
  readonly master: number;
  /** Of the terminal. */
  readonly path: string;
  /** Paths of the FIFOs. */
  readonly keys: string;
  readonly output: string;
  /** Its output is passed on when this ends. */
  readonly turnFd: number;
}

/** A holder, and the paths it was started with. */
export interface TerminalHolder extends Pick<HolderRequest, "path" | "keys" | "token"> {
  readonly pid: number;
  /** The caller closes it. */
  readonly pidfd: number;
}

/** Throws a SystemError when it cannot be started. It is our child, to be reaped. */
export function startHolder(request: HolderRequest): TerminalHolder {
  const { token, master, path, keys, output, turnFd } = request;
  const pid = startProcess({
    path: SHELL,
    args: [SHELL, "-c", SCRIPT, NAME, keys, output, path],
    env: { [TOKEN]: token, PATH: `${Deno.env.get("PATH") ?? ""}:/usr/bin:/bin` },
    directory: "/",
    descriptors: [
      { copyOf: turnFd },
      { copyOf: master },
      { path: NOWHERE, flags: O_WRONLY },
    ],
  });
  try {
    return { pid, pidfd: check(openPidfd(pid) ?? -1, { call: "pidfd_open" }), token, path, keys };
  } catch (error) {
    killAndReap(pid);
    throw error;
  }
}

/**
 * Those that run now and whose token begins so. The caller closes their pidfds. All are who we are:
 * anybody can have a token and name files, and what is named is opened.
 */
export function findHolders(prefix: string): TerminalHolder[] {
  const found: TerminalHolder[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const token = environmentOf(pid, TOKEN);
    if (token?.startsWith(prefix)) found.push(...identify(pid, token));
  }
  return found;
}

/** Not the ones that the holder has started: they have its environment, too. */
function identify(pid: number, token: string): TerminalHolder[] {
  const pidfd = openPidfd(pid);
  if (pidfd === undefined) return [];
  const stat = readStat(pid);
  const words = commandLine(pid);
  const [keys, , path] = words.slice(words.indexOf(NAME) + 1);
  const isHolder = stat?.session === pid && stat.state !== "Z" &&
    userOf(pid) === libc().geteuid() && environmentOf(pid, TOKEN) === token;
  if (isHolder && keys !== undefined && path !== undefined) {
    return [{ pid, pidfd, token, path, keys }];
  }
  closePidfd(pidfd);
  return [];
}

function commandLine(pid: number): string[] {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0");
  } catch {
    return [];
  }
}

/** Ends it with all it has started: the terminal is hung up. */
export function killHolder({ pid }: Pick<TerminalHolder, "pid">): void {
  libc().kill(-pid, SIGKILL);
}

const SIGKILL = 9;
