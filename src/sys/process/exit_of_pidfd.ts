/** How a process ended: a child of ours, or one that an earlier taskmaster started. */
import { parseSignal } from "../../core/signal.ts";
import type { ExitStatus } from "../../core/exit_status.ts";
import { EPOLLHUP, watch } from "../epoll.ts";
import { libc } from "../libc.ts";
import { watchEnd } from "./pidfd.ts";
import { claimPidfd } from "./reaper.ts";

const P_PID = 1;
const P_PIDFD = 3;
const WNOHANG = 1;
const WEXITED = 4;
const SIGKILL = 9;
const SIGINFO_BYTES = 128;
const CLD_EXITED = 1;

/** _IOWR(0xFF, 11, struct pidfd_info) with the structure's first size; Linux 6.13. */
const PIDFD_GET_INFO = 0xc040ff0bn;
const PIDFD_INFO_BYTES = 64;
/** Since Linux 6.15, and only once the process was reaped. */
const PIDFD_INFO_EXIT = 8n;

/** Init reaps orphans at once as a rule; nobody waits longer than this for a mere exit code. */
const REAP_LIMIT_MS = 200;

/**
 * Calls `onEnd` once, when the process has ended; the returned function calls it off. The status is
 * exact for a child of ours, and for an orphan on kernels
 * that keep it for the pidfd; otherwise it is unknown.
 */
export function watchExit(pidfd: number, onEnd: (exit: ExitStatus) => void): () => void {
  const release = claimPidfd(pidfd);
  let callOff = watchEnd(pidfd, () => {
    const exit = reapOwn(pidfd);
    release();
    if (exit !== null) return onEnd(exit);
    callOff = waitForReaper(pidfd, onEnd);
  });
  return () => {
    callOff();
    release();
  };
}

function waitForReaper(pidfd: number, onEnd: (exit: ExitStatus) => void): () => void {
  const callOff = () => {
    clearTimeout(timer);
    unwatch();
  };
  const finish = () => {
    callOff();
    onEnd(askKernel(pidfd));
  };
  const unwatch = watch(pidfd, EPOLLHUP, finish);
  const timer = setTimeout(finish, REAP_LIMIT_MS);
  return callOff;
}

/** For a child of ours that must not run on; waits for its end. */
export function killAndReap(pid: number): void {
  libc().kill(pid, SIGKILL);
  libc().waitid(P_PID, pid, new Uint8Array(SIGINFO_BYTES), WEXITED);
}

/** For a process that has ended. null when it is no child of ours, or was reaped before. */
export function reapOwn(pidfd: number): ExitStatus | null {
  const info = new DataView(new ArrayBuffer(SIGINFO_BYTES));
  const result = libc().waitid(P_PIDFD, pidfd, new Uint8Array(info.buffer), WEXITED | WNOHANG);
  if (result !== 0) return null;
  const code = info.getInt32(8, true);
  const status = info.getInt32(24, true);
  return code === CLD_EXITED ? { kind: "code", code: status } : bySignal(status);
}

function askKernel(pidfd: number): ExitStatus {
  const info = new DataView(new ArrayBuffer(PIDFD_INFO_BYTES));
  info.setBigUint64(0, PIDFD_INFO_EXIT, true);
  const result = libc().ioctl(pidfd, PIDFD_GET_INFO, new Uint8Array(info.buffer));
  if (result !== 0 || (info.getBigUint64(0, true) & PIDFD_INFO_EXIT) === 0n) {
    return { kind: "unknown" };
  }
  const status = info.getInt32(60, true);
  const signal = status & 0x7f;
  return signal === 0 ? { kind: "code", code: (status >> 8) & 0xff } : bySignal(signal);
}

function bySignal(number: number): ExitStatus {
  return { kind: "signal", signal: parseSignal(String(number)) ?? String(number) };
}
