/** Job control: whether this process has the terminal, and handing it back to the shell. */

import { lastErrno, libc } from "../libc.ts";
import { liveMembers } from "../process/process_group.ts";

const EPERM = 1;

interface ProcessStat {
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** The process group that has the terminal; -1 when there is no controlling terminal. */
  readonly foregroundGroup: number;
}

/** Whether reading from the controlling terminal, or changing its mode, would stop us. */
export function isForegroundJob(): boolean {
  const stat = readStat("self");
  // Without a controlling terminal there is no job control that could get in the way.
  return stat === null || stat.foregroundGroup <= 0 || stat.foregroundGroup === stat.group;
}

/**
 * Whether the job has a shell that can continue it. The kernel ignores Ctrl-Z for a job without
 * one (the first process of a container, `ssh host taskmaster`); SIGSTOP would stop it for good.
 */
export function hasJobControlShell(): boolean {
  const self = readStat("self");
  if (self === null || self.foregroundGroup <= 0) return false;
  const leader = readStat(self.group);
  if (leader === null) return false;
  const shell = readStat(leader.parent);
  return shell !== null && shell.session === self.session && shell.group !== self.group;
}

/**
 * Whether the job has processes that we may not signal: a sudo or a task runner of root's in front of
 * us, after we became somebody else. Only the kernel can stop such a job.
 */
export function isJobBeyondUs(): boolean {
  const self = readStat("self");
  if (self === null || self.group <= 1) return false;
  return liveMembers(self.group).some((pid) => libc().kill(pid, 0) === -1 && lastErrno() === EPERM);
}

const RESCUED = 7;
/**
 * Continues the process $1 if nobody has taken its terminal after a moment (the fields of
 * proc_pid_stat(5) behind the name: state, parent, group, session, terminal, its foreground group).
 */
const RESCUE = `sleep 0.3
read -r line <"/proc/$1/stat" || exit 0
pid=$1
set -- \${line##*) }
[ "$3" = "$6" ] || exit 0
kill -CONT "$pid"
exit ${RESCUED}`;

/**
 * Stops only this process: the kernel is stopping the rest of the job. Not every program in front of
 * us lets that happen (`deno task` passes SIGTSTP on and runs on itself), and then the terminal would
 * be nobody's: we are continued, and `onFailed` is called.
 */
export function stopSelf(onFailed: () => void): void {
  const rescue = new Deno.Command("/bin/sh", {
    args: ["-c", RESCUE, "sh", String(Deno.pid)],
    ...{ stdin: "null", stdout: "null", stderr: "null", detached: true },
  }).spawn();
  void rescue.status.then(({ code }) => code === RESCUED && onFailed());
  Deno.kill(Deno.pid, "SIGSTOP");
}

/**
 * Stops everything in this job, as Ctrl-Z in a cooked terminal would: what stands in front of us
 * (sudo, a task runner) has to stop too or the shell would go on waiting for it. SIGSTOP, because
 * SIGTSTP can be caught and some of these do.
 */
export function stopJob(): void {
  const ownGroup = 0;
  Deno.kill(ownGroup, "SIGSTOP");
}

function readStat(pid: number | "self"): ProcessStat | null {
  let text: string;
  try {
    text = Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch {
    return null;
  }
  // The second field is the command in parentheses and may hold anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").map(Number);
  return {
    parent: fields[1] ?? 0,
    group: fields[2] ?? 0,
    session: fields[3] ?? 0,
    foregroundGroup: fields[5] ?? -1,
  };
}
