/**
 * What is left of a process group, or of a whole session. A zombie counts as gone: it runs nothing and holds nothing, and
 * when it vanishes is up to its parent, who may be anybody.
 */
import { libc } from "../libc.ts";
import {
  closePidfd,
  openPidfd,
  type ProcessGroup,
  signalGroup,
  type Span,
  watchEnd,
} from "./pidfd.ts";
import type { SignalOutcome } from "../../ports/spawner.ts";
import { errorCode } from "./find_command.ts";
import { isShortage } from "../system_error.ts";

/** Descriptors spent on one group at a time; the other members get their turn after these. */
const MEMBERS_PER_ROUND = 64;
const RESCAN_MS = 1000;
/** When there were live members but none could be watched. */
const RETRY_MS = 10;

/**
 * Pids of the members that are alive, in no particular order. Throws when that cannot be told:
 * descriptors or memory have run out.
 */
export function liveMembers(id: number, span: Span = "group"): number[] {
  const members: number[] = [];
  for (const entry of Deno.readDirSync("/proc")) {
    const pid = Number(entry.name);
    // Asking for the group first spares reading a file for each process of the machine.
    if (!Number.isInteger(pid) || idOf(pid, span) !== id) continue;
    const stat = readStat(pid);
    if (stat !== undefined && isLiveMember(stat, id, span)) members.push(pid);
  }
  return members;
}

/** -1 when there is no such process. */
function idOf(pid: number, span: Span): number {
  return span === "session" ? libc().getsid(pid) : libc().getpgid(pid);
}

/** undefined when the process has vanished meanwhile. */
function readStat(pid: number): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch (error) {
    if (isShortage(error)) throw error;
    return undefined;
  }
}

/** Judges the content of a /proc/PID/stat (proc_pid_stat(5)). */
export function isLiveMember(stat: string, id: number, span: Span = "group"): boolean {
  // The command in parentheses may itself contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, , group, session] = fields;
  if (Number(span === "session" ? session : group) !== id) return false;
  if (state !== "Z" && state !== "X" && state !== "x") return true;
  // A process shows as a zombie, too, when only its first thread has ended and others run on.
  const threads = Number(fields[17]);
  return state === "Z" && threads > 1;
}

/** True when no member is alive. False, too, while that cannot be told: `watchGroupEnd` finds out. */
export function groupIsEmpty(group: ProcessGroup): boolean {
  return isGone(group) || membersFound(group)?.length === 0;
}

/** A quick look; one group of a session says nothing of the others. */
function isGone(group: ProcessGroup): boolean {
  return group.span !== "session" && signalGroup(group, 0).kind === "gone";
}

const SIGKILL = 9;
const SIGCONT = 18;

/** Signals every member: `signalGroup` for each group of a session. */
export function signalMembers(group: ProcessGroup, signal: number): SignalOutcome {
  if (group.span !== "session") return signalGroup(group, signal);
  try {
    return signalSession(group, signal);
  } catch (error) {
    if (!isShortage(error)) throw error;
    return { kind: "refused", reason: `its processes cannot be found: ${errorCode(error)}` };
  }
}

function signalSession(group: ProcessGroup, signal: number): SignalOutcome {
  const outcomes = new Map<number, SignalOutcome>();
  // Members may make groups of their own meanwhile: until there is none that was not signalled.
  for (let known = -1; known < outcomes.size;) {
    known = outcomes.size;
    for (const pid of liveMembers(group.pgid, "session")) {
      const pgid = libc().getpgid(pid);
      if (pgid <= 1 || outcomes.has(pgid)) continue;
      const leaderPidfd = pgid === group.pgid ? group.leaderPidfd : null;
      outcomes.set(pgid, signalGroup({ pgid, leaderPidfd }, signal));
      // A job that was stopped with Ctrl-Z would not hear of anything else.
      if (signal !== SIGKILL) signalGroup({ pgid, leaderPidfd }, SIGCONT);
    }
  }
  const kinds = ["sent", "refused"] as const;
  const all = [...outcomes.values()];
  return kinds.map((kind) => all.find((outcome) => outcome.kind === kind)).find(Boolean) ??
    { kind: "gone" };
}

/**
 * Reading /proc takes a while: a member that is forked behind our back, by one that ends before its
 * own turn comes, is missed along with it. It is there for a second look. null while it cannot be told.
 */
function membersFound({ pgid, span }: ProcessGroup): number[] | null {
  try {
    const members = liveMembers(pgid, span);
    return members.length > 0 ? members : liveMembers(pgid, span);
  } catch (error) {
    if (isShortage(error)) return null;
    throw error;
  }
}

/**
 * Calls `onEnded` once, later, when no member of the group is alive; the returned function calls it
 * off. `group.leaderPidfd` must stay open until either.
 */
export function watchGroupEnd(group: ProcessGroup, onEnded: () => void): () => void {
  const watch = new GroupWatch(group, onEnded);
  return () => watch.cancel();
}

class GroupWatch {
  readonly #group: ProcessGroup;
  readonly #onEnded: () => void;
  /** By pid: gives up the watch of that member and closes its pidfd. */
  readonly #watched = new Map<number, () => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(group: ProcessGroup, onEnded: () => void) {
    this.#group = group;
    this.#onEnded = onEnded;
    // The caller needs the function that calls it off before it hears the result.
    queueMicrotask(() => this.#scan());
  }

  cancel(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const release of this.#watched.values()) release();
    this.#watched.clear();
  }

  /** Ends the watch when nobody is left; otherwise sees to it that there is a next scan. */
  #scan(): void {
    if (this.#isOver) return;
    if (isGone(this.#group)) return this.#finish();
    const members = membersFound(this.#group);
    if (members?.length === 0) return this.#finish();
    for (const pid of members?.slice(0, MEMBERS_PER_ROUND) ?? []) this.#watchMember(pid);
    // Ends are reported by the kernel, but nothing reports that a member has left the group
    // (setsid(2), as daemons do) or that a descriptor is free again. Looking at it now and then is
    // for these two, and for members that ended between the scan and the opening of their pidfd.
    clearTimeout(this.#timer);
    const mayWait = members === null || this.#watched.size > 0;
    this.#timer = setTimeout(() => this.#scan(), mayWait ? RESCAN_MS : RETRY_MS);
  }

  #watchMember(pid: number): void {
    if (this.#watched.has(pid)) return;
    const pidfd = tryOpenPidfd(pid);
    if (pidfd === undefined) return;
    const { pgid, span = "group" } = this.#group;
    if (idOf(pid, span) !== pgid) return closePidfd(pidfd);
    const unwatch = watchEnd(pidfd, () => this.#memberEnded(pid));
    this.#watched.set(pid, () => {
      unwatch();
      closePidfd(pidfd);
    });
  }

  #memberEnded(pid: number): void {
    this.#watched.get(pid)?.();
    this.#watched.delete(pid);
    // Only then: members may have been forked while these were watched.
    if (this.#watched.size === 0) this.#scan();
  }

  #finish(): void {
    this.cancel();
    this.#onEnded();
  }
}

/** undefined, too, when descriptors have run out: a later scan tries again. */
function tryOpenPidfd(pid: number): number | undefined {
  try {
    return openPidfd(pid);
  } catch (error) {
    if (isShortage(error)) return undefined;
    throw error;
  }
}
