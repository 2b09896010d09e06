/** The clock that bench/stamp.c reads as well, and kill(2) right beside it. */
import { libc } from "../src/sys/libc.ts";

const CLOCK_MONOTONIC = 1;

/** Milliseconds. */
export function monotonicMs(): number {
  const time = new BigInt64Array(2);
  libc().clock_gettime(CLOCK_MONOTONIC, time);
  return Number(time[0]) * 1000 + Number(time[1]) / 1e6;
}

/** Gives the time right before. Throws when there is no such process. */
export function killAt(pid: number, signal: number): number {
  const now = monotonicMs();
  if (libc().kill(pid, signal) === -1) throw new Error(`process ${pid} cannot be signalled`);
  return now;
}
