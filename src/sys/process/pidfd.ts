/**
 * Processes held by descriptor (pidfd_open(2)): unlike a pid, a pidfd never comes to mean another
 * process.
 */
import { invariant } from "../../base/invariant.ts";
import type { SignalOutcome } from "../../ports/spawner.ts";
import { EPOLLIN, watch } from "../epoll.ts";
import { check, lastErrno, libc } from "../libc.ts";
import { errnoName, errnoText, SystemError } from "../system_error.ts";

const SYS_PIDFD_SEND_SIGNAL = 424n;
const SYS_PIDFD_OPEN = 434n;
/** Since Linux 6.9. */
const PIDFD_SIGNAL_PROCESS_GROUP = 1 << 2;

const EPERM = 1;
const ESRCH = 3;
const EINVAL = 22;

/**
 * A process group, named by its id and by the pidfd of the process that the id was taken from; null
 * when that was gone before anybody opened one. Then the caller has to know that the id is still
 * the group's.
 */
export interface ProcessGroup {
  readonly pgid: number;
  readonly leaderPidfd: number | null;
  /**
   * "session": all groups of the session that the leader leads. On a terminal a shell puts each job
   * into a group of its own.
   */
  readonly span?: Span;
}

export type Span = "group" | "session";

/**
 * A descriptor of the process, close-on-exec; the caller closes it with `closePidfd`. undefined
 * when there is no such process. Unless it is our own child that nobody has reaped yet, the caller
 * must check afterwards that the process is still the one that was meant.
 */
export function openPidfd(pid: number): number | undefined {
  const fd = libc().pidfd_open(SYS_PIDFD_OPEN, pid, 0);
  if (fd >= 0) return fd;
  const errno = lastErrno();
  if (errno === ESRCH) return undefined;
  throw new SystemError({ call: "pidfd_open", errno, action: `open a pidfd of process ${pid}` });
}

export function closePidfd(pidfd: number): void {
  check(libc().close(pidfd), { call: "close" });
}

/** Signal number 0 only asks. A process that has ended counts as there until it is reaped. */
export function signalProcess(pidfd: number, signal: number): SignalOutcome {
  return attempt("pidfd_send_signal", () => sendByPidfd(pidfd, signal, 0)).outcome;
}

/**
 * Signals every member of the group, also after its leader has ended and was reaped.
 * "refused" only when no member at all could be signalled, as with kill(2).
 */
export function signalGroup(group: ProcessGroup, signal: number): SignalOutcome {
  // To kill(2), -1 and 0 mean all processes and our own group.
  invariant(group.pgid > 1, `${group.pgid} is no group of a child`);
  const { leaderPidfd } = group;
  if (leaderPidfd !== null) {
    const flags = PIDFD_SIGNAL_PROCESS_GROUP;
    const send = () => sendByPidfd(leaderPidfd, signal, flags);
    const { outcome, errno } = attempt("pidfd_send_signal", send);
    if (errno !== EINVAL) return outcome;
  }
  // Linux before 6.9, or no such signal. The id is safe as long as the group has members; after
  // that the kernel hands it out again only when it has gone through all the others.
  return attempt("kill", () => libc().kill(-group.pgid, signal)).outcome;
}

function sendByPidfd(pidfd: number, signal: number, flags: number): number {
  return libc().pidfd_send_signal(SYS_PIDFD_SEND_SIGNAL, pidfd, signal, null, flags);
}

/** A signal that was not sent can be sent again, when the error read is not one of the call's. */
const ATTEMPTS = 10;

/** Throws a SystemError for a bug of ours. */
function attempt(call: string, send: () => number): { outcome: SignalOutcome; errno: number } {
  let errno = 0;
  for (let attempts = 0; attempts < ATTEMPTS; attempts++) {
    if (send() === 0) return { outcome: { kind: "sent" }, errno: 0 };
    errno = lastErrno();
    if (errno === ESRCH) return { outcome: { kind: "gone" }, errno };
    if (errno === EPERM || errno === EINVAL) {
      const reason = `${errnoText(errno)} (${errnoName(errno)})`;
      return { outcome: { kind: "refused", reason }, errno };
    }
  }
  throw new SystemError({ call, errno });
}

/**
 * Calls `onEnded` once when the process has ended, whether or not it was reaped; the returned
 * function calls it off. The pidfd stays the caller's, to be closed after either.
 */
export function watchEnd(pidfd: number, onEnded: () => void): () => void {
  const unwatch = watch(pidfd, EPOLLIN, () => {
    // A pidfd stays readable for good.
    unwatch();
    onEnded();
  });
  return unwatch;
}
