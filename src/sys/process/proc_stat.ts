/** Facts about a process from /proc/PID (proc_pid_stat(5)). */
import { readFileSync } from "node:fs";
import { isShortage } from "../system_error.ts";

/** USER_HZ, which Linux has fixed for user space on every architecture Deno runs on. */
export const TICKS_PER_SECOND = 100;

export interface ProcStat {
  readonly state: string;
  readonly pgid: number;
  readonly session: number;
  /** Start time in clock ticks since boot: with the pid it names one process for good. */
  readonly startTicks: number;
}

/** null when there is no such process. Throws when that cannot be told: see `isShortage`. */
export function readStat(pid: number): ProcStat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    if (isShortage(error)) throw error;
    return null;
  }
  // The command in parentheses may itself contain spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    state: fields[0] ?? "",
    pgid: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
  };
}

/** Milliseconds since the process was started. */
export function ageMs(startTicks: number): number {
  const uptimeSeconds = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  return uptimeSeconds * 1000 - startTicks * (1000 / TICKS_PER_SECOND);
}

/**
 * The value of a variable in the environment that the process was started with. Throws when that
 * cannot be told: see `isShortage`.
 */
export function environmentOf(pid: number, name: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch (error) {
    if (isShortage(error)) throw error;
    return undefined; // gone, or somebody else's
  }
  const prefix = `${name}=`;
  return text.split("\0").find((entry) => entry.startsWith(prefix))?.slice(prefix.length);
}

export function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
