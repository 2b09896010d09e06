/**
 * Moving bytes out of pipes inside the kernel (splice(2), tee(2)): what leaves the pipe is in the
 * file, in one system call that runs to its end even when we are killed meanwhile. So a byte is
 * always in exactly one of the two.
 */
import { check, cString, libc } from "../libc.ts";
import { O_CLOEXEC, O_WRONLY } from "../files/open_flags.ts";

/** Never wait for the pipe; whether the file can be made to wait is up to its file system. */
const SPLICE_F_NONBLOCK = 2;

/**
 * Moves up to `bytes` from the pipe to the file at `offset[0]`, on another thread. Gives what was
 * moved, which is less when the pipe has less; -1 for a failure, of which `moveNow` can tell more.
 * Both descriptors and `offset` belong to this call until it ends.
 */
export async function moveOnThread(move: Move): Promise<number> {
  const { pipe, file, offset, bytes } = move;
  const splice = libc().splice_on_thread;
  return Number(await splice(pipe, null, file, offset, BigInt(bytes), SPLICE_F_NONBLOCK));
}

export interface Move {
  readonly pipe: number;
  readonly file: number;
  /** Where in the file; null = where the file's own position is, and for pipes. */
  readonly offset: BigInt64Array<ArrayBuffer> | null;
  readonly bytes: number;
}

/** The same on this thread; after -1 `lastErrno` tells why. */
export function moveNow({ pipe, file, offset, bytes }: Move): number {
  return Number(libc().splice(pipe, null, file, offset, BigInt(bytes), SPLICE_F_NONBLOCK));
}

let nowhere: number | undefined;

/** Takes up to `bytes` out of the pipe without even looking at them; gives how many it were. */
export function discard(pipe: number, bytes: number): number {
  nowhere ??= check(libc().open(cString("/dev/null"), O_WRONLY | O_CLOEXEC, 0), {
    call: "open",
    path: "/dev/null",
  });
  let discarded = 0;
  while (discarded < bytes) {
    const count = moveNow({ pipe, file: nowhere, offset: null, bytes: bytes - discarded });
    if (count <= 0) break;
    discarded += count;
  }
  return discarded;
}
