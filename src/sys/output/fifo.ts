/**
 * The named FIFO between a child's stream and us. We hold it open for reading and writing, so that
 * it never reports an end, whoever else has it open (fifo(7)).
 */
import { constants } from "node:os";
import { makeDirectory } from "../files/make_directory.ts";
import { statusOfDescriptor, statusOfLink } from "../files/file_status.ts";
import { check, cString, lastErrno, libc } from "../libc.ts";
import { O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK, O_RDWR } from "../files/open_flags.ts";
import { SystemError } from "../system_error.ts";
import { discard } from "./splice.ts";

const AT_FDCWD = -100;
const FIONREAD = 0x541bn;
const F_SETPIPE_SZ = 1031;
const F_GETPIPE_SZ = 1032;
const WRITABLE_BY_OTHERS = 0o022;

/** What Linux gives a pipe, and the most it gives without privilege (pipe(7)). */
const USUAL_BYTES = 65_536;
const LARGE_BYTES = 1_048_576;

/** For answers of ioctl(2). One for all: there are many FIFOs, and each call ends before the next. */
const count = new Int32Array(1);

/** File name of the FIFO of `key`; different keys never share one. */
export function fifoName(key: string): string {
  const plain = key.replace(/[^A-Za-z0-9_.-]/gu, percentEncode);
  return plain.replace(/^\./, percentEncode);
}

function percentEncode(character: string): string {
  const bytes = new TextEncoder().encode(character);
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}

/** Makes sure of a directory that only we can put FIFOs in; throws an Error that says why not. */
export function prepareFifoDirectory(path: string): void {
  const { uid, mode } = makeDirectory({
    path,
    mode: 0o700,
    parentMode: 0o700,
    owner: null,
    trustedUids: null,
  });
  if (uid === libc().geteuid() && (mode & WRITABLE_BY_OTHERS) === 0) return;
  throw new Error(`cannot keep FIFOs in "${path}": others may write to it (uid ${uid})`);
}

export class Fifo {
  readonly path: string;
  readonly fd: number;
  /** False when it was there already, and then may hold output of before. */
  readonly isNew: boolean;
  #capacityBytes: number;

  /**
   * Creates the FIFO, or opens one that is there. Throws an Error for anything at that path that
   * is not a FIFO of ours, and a SystemError. The caller closes it.
   */
  constructor(path: string) {
    this.path = path;
    this.isNew = create(path);
    const flags = O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW;
    this.fd = check(libc().open(cString(path), flags, 0), { call: "open", path });
    this.#capacityBytes = libc().fcntl(this.fd, F_GETPIPE_SZ, 0n);
    if (this.#capacityBytes !== -1 && isOurs(this.fd)) return;
    libc().close(this.fd);
    throw new Error(`cannot use "${path}": it is not a FIFO of ours`);
  }

  get capacityBytes(): number {
    return this.#capacityBytes;
  }

  /** Whether its path still leads to it. */
  get isInPlace(): boolean {
    try {
      return statusOfLink(this.path).identity === statusOfDescriptor(this.fd).identity;
    } catch {
      return false;
    }
  }

  /** Not to be called while another thread takes from it: it waits for the lock of the pipe. */
  availableBytes(): number {
    check(libc().ioctl(this.fd, FIONREAD, count), { call: "ioctl", path: this.path });
    return count[0]!;
  }

  /** Throws away what is in it now, and tells how much that was. */
  discard(): number {
    return discard(this.fd, this.availableBytes());
  }

  /** For a stream that keeps it full. A refusal does no harm: there are limits for each user. */
  enlarge(): void {
    this.#resize(LARGE_BYTES);
  }

  /** Gives the memory back; refused by the kernel while too much is in it. */
  shrink(): void {
    this.#resize(USUAL_BYTES);
  }

  close(): void {
    libc().close(this.fd);
  }

  /** Takes away the name; whoever has it open keeps it. */
  unlink(): void {
    if (libc().unlinkat(AT_FDCWD, cString(this.path), 0) === 0) return;
    const errno = lastErrno();
    if (errno !== constants.errno.ENOENT) {
      throw new SystemError({ call: "unlink", errno, path: this.path });
    }
  }

  #resize(bytes: number): void {
    const result = libc().fcntl(this.fd, F_SETPIPE_SZ, BigInt(bytes));
    if (result !== -1) this.#capacityBytes = result;
  }
}

/** False when something is there already. */
function create(path: string): boolean {
  if (libc().mkfifo(cString(path), 0o600) === 0) return true;
  const errno = lastErrno();
  if (errno !== constants.errno.EEXIST) {
    throw new SystemError({ call: "mkfifo", action: "create FIFO", errno, path });
  }
  // Before it is opened: opening a device may do things.
  const { kind } = statusOfLink(path);
  if (kind !== "other") throw new Error(`cannot use "${path}": it is a ${kind}, not a FIFO`);
  return false;
}

function isOurs(fd: number): boolean {
  return statusOfDescriptor(fd).uid === libc().geteuid();
}
