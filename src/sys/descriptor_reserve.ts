/**
 * Descriptors that programs do not get: without any, nobody could ask why nothing starts any more,
 * or stop something. The kernel gives the lowest free number, so that one number tells how few are
 * left; nothing is counted.
 */
import { check, libc } from "./libc.ts";
import { openFileLimit } from "./limits.ts";

const MOST_KEPT = 32;
const STDERR = 2;
const F_DUPFD_CLOEXEC = 1030;

/** A start needs a few at once, of which a part may come out of what is kept. */
export function checkDescriptorsForStart(): void {
  checkAbove(openFileLimit(), 1);
}

/**
 * For logs that are opened with the first byte, long after the start: they may go on where starts
 * may not.
 */
export function checkDescriptorsForLog(): void {
  checkAbove(openFileLimit(), 2);
}

/** Throws an Error that names the limit when no more than that part of what is kept is left. */
function checkAbove(limit: number, part: number): void {
  const kept = Math.min(MOST_KEPT, Math.floor(limit / 4));
  if (lowestFree() < limit - Math.floor(kept / part)) return;
  throw new Error(
    `too many open files (EMFILE): ${kept} of the ${limit} that "ulimit -n" allows are kept for ` +
      "control; start taskmaster with a higher limit",
  );
}

/** Throws a SystemError when there is none. */
function lowestFree(): number {
  const action = "open a file";
  const fd = check(libc().fcntl(STDERR, F_DUPFD_CLOEXEC, 0n), { call: "fcntl", action });
  libc().close(fd);
  return fd;
}
