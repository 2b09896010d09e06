/**
 * Getting bytes from a pipe to something that splice(2) cannot write to: a terminal, a FIFO, our
 * own standard output. They are looked at, written, and only then taken out of the pipe; nothing is
 * lost, but when we are killed between the last two steps the next start writes them again.
 */
import { lastErrno, libc } from "../libc.ts";
import { O_NONBLOCK } from "../files/open_flags.ts";
import { SystemError } from "../system_error.ts";
import type { OpenLog } from "./open_log.ts";
import { peek } from "./peek.ts";
import { discard } from "./splice.ts";

const F_GETFL = 3;
const POLLOUT = 4;
const EAGAIN = 11;
const EINTR = 4;
/** What a pipe takes without waiting once it says that it can be written to (pipe(7)). */
const PIPE_BUF = 4096;
const MOST_BYTES = 65_536;
/** A reader that takes nothing for so long is treated like a full disk. */
const PATIENCE_MS = 1000;

export interface Copy {
  /** Descriptor of the pipe. */
  readonly pipe: number;
  readonly bytes: number;
  readonly log: OpenLog;
  /** For messages. */
  readonly path: string;
}

/** Gives how many bytes it moved; 0 when the pipe is empty. Throws a SystemError. */
export async function copyPortion({ pipe, bytes, log, path }: Copy): Promise<number> {
  await waitUntilWritable(log.fd, path);
  const isNonBlocking = (libc().fcntl(log.fd, F_GETFL, 0n) & O_NONBLOCK) !== 0;
  const most = Math.min(bytes, isNonBlocking || log.filePath !== null ? MOST_BYTES : PIPE_BUF);
  // Copied, for others peek while this is written.
  const seen = peek(pipe, most).slice();
  if (seen.length === 0) return 0;
  const size = BigInt(seen.length);
  let written = Number(await libc().write_on_thread(log.fd, seen, size));
  // Asked again only for the reason, which a call on another thread does not tell.
  if (written === -1) written = Number(libc().write(log.fd, seen, size));
  if (written === -1) {
    const errno = lastErrno();
    if (errno === EINTR || errno === EAGAIN) return 0;
    throw new SystemError({ call: "write", action: "write to", errno, path });
  }
  return discard(pipe, written);
}

async function waitUntilWritable(fd: number, path: string): Promise<void> {
  const request = new DataView(new ArrayBuffer(8));
  request.setInt32(0, fd, true);
  request.setInt16(4, POLLOUT, true);
  if (await libc().poll_on_thread(request, 1n, PATIENCE_MS) !== 0) return;
  throw new SystemError({ call: "write", action: "write to", errno: EAGAIN, path });
}
