/** Job control: whether this process has the terminal, and handing it back to the shell. */

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
