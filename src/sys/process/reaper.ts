/**
 * Being process 1, of a container as a rule: every orphan becomes our child, and stays a zombie
 * until we reap it. Children of our own must not be reaped with them, for their exit statuses would
 * be lost: those are registered here, and whoever has reaped one says so.
 */
import { readFileSync } from "node:fs";
import { libc } from "../libc.ts";

const P_ALL = 0;
const P_PID = 1;
const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x01000000;
const SIGINFO_BYTES = 128;
const SI_PID = 16;

const isInit = Deno.pid === 1;

/** Children whose ends somebody else waits for, by pid. */
const own = new Set<number>();
let lookAgain: () => void = () => {};

/**
 * Reaps all children that nobody has claimed from now on, driven by SIGCHLD. Does nothing when we
 * are not process 1: then orphans are none of our business. The returned function ends it.
 */
export function reapStrangers(): () => void {
  if (!isInit) return () => {};
  Deno.addSignalListener("SIGCHLD", reap);
  lookAgain = reap;
  reap();
  return () => {
    lookAgain = () => {};
    Deno.removeSignalListener("SIGCHLD", reap);
  };
}

/**
 * Somebody waits for the end of this child; to be called before the event loop turns. The returned
 * function is for when the child was reaped, or nobody waits any more.
 */
export function claimChild(pid: number): () => void {
  if (!isInit) return () => {};
  own.add(pid);
  return () => {
    // Strangers may have ended behind it.
    if (own.delete(pid)) lookAgain();
  };
}

/** The same for the process that a pidfd is of. */
export function claimPidfd(pidfd: number): () => void {
  if (!isInit) return () => {};
  const info = readFileSync(`/proc/self/fdinfo/${pidfd}`, "utf8");
  const pid = Number(/^Pid:\s*(\d+)$/m.exec(info)?.[1] ?? 0);
  return pid === 0 ? () => {} : claimChild(pid); // -1 if it was reaped already
}

/** The kernel shows one ended child at a time: one of our own hides those behind it for a while. */
function reap(): void {
  for (let pid = nextEnded(); pid > 0 && !own.has(pid); pid = nextEnded()) {
    libc().waitid(P_PID, pid, new Uint8Array(SIGINFO_BYTES), WEXITED | WNOHANG);
  }
}

/** 0 when no child has ended that was not reaped. */
function nextEnded(): number {
  const info = new DataView(new ArrayBuffer(SIGINFO_BYTES));
  const options = WEXITED | WNOHANG | WNOWAIT;
  const result = libc().waitid(P_ALL, 0, new Uint8Array(info.buffer), options);
  return result === 0 ? info.getInt32(SI_PID, true) : 0;
}
