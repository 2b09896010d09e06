/** The lock that keeps a second taskmaster off a state directory or a pidfile. */
import { basename, dirname } from "node:path";
import { statusOfDescriptor } from "./file_status.ts";
import { check, cString, lastErrno, libc } from "../libc.ts";
import { openDirectory } from "./make_directory.ts";
import { O_CLOEXEC, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR } from "./open_flags.ts";
import { SystemError } from "../system_error.ts";

const AT_FDCWD = -100;
const LOCK_EX = 2;
const LOCK_NB = 4;
const EEXIST = 17;
const EWOULDBLOCK = 11;
const LONGEST_PID_TEXT = 32;

/** Whom the file is for, when it is not us. */
type Owner = { readonly uid: number; readonly gid: number } | null;

/** Another process holds the lock. */
export class LockedError extends Error {
  override readonly name = "LockedError";
}

/**
 * Takes flock(2) on `path`, which is created for `owner` when missing, and writes our pid into it.
 * The kernel gives the lock up when this process ends, however it ends; the file stays. The
 * descriptor is left open for that long on purpose. Throws a LockedError that names the holder, or
 * an error that names the path.
 */
export function takeLock(
  path: string,
  owner: Owner,
  mode = 0o600,
): void {
  const fd = open(path, owner, mode);
  if (libc().flock(fd, LOCK_EX | LOCK_NB) === -1) {
    const errno = lastErrno();
    const holder = errno === EWOULDBLOCK ? readPid(fd) : "";
    libc().close(fd);
    if (errno !== EWOULDBLOCK) {
      throw new SystemError({ call: "flock", action: "lock", errno, path });
    }
    throw new LockedError(
      `another taskmaster${holder && ` (pid ${holder})`} is running with this state directory ` +
        `or pidfile (${JSON.stringify(path)} is locked)`,
    );
  }
  const text = new TextEncoder().encode(`${Deno.pid}\n`);
  check(libc().ftruncate(fd, 0n), { call: "ftruncate", path });
  check(libc().write(fd, text, BigInt(text.length)), { call: "write", action: "write", path });
}

/**
 * As root this happens in a directory of the user that we are about to become, who may have put
 * anything there: only a regular file of that user is taken, and it is never followed elsewhere. A
 * file of several names would be emptied under the others as well.
 */
function open(path: string, owner: Owner, mode: number): number {
  if (libc().geteuid() !== 0) return openIn(AT_FDCWD, path, { path, owner, mode });
  const directory = openDirectory(dirname(path), owner === null ? [0] : [0, owner.uid]);
  try {
    return openIn(directory, basename(path), { path, owner, mode });
  } finally {
    libc().close(directory);
  }
}

/** `path` is for messages. */
function openIn(
  directory: number,
  name: string,
  { path, owner, mode }: { readonly path: string; readonly owner: Owner; readonly mode: number },
): number {
  const flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  const created = libc().openat(directory, cString(name), flags | O_CREAT | O_EXCL, mode);
  if (created >= 0) {
    if (owner !== null) {
      check(libc().fchown(created, owner.uid, owner.gid), { call: "fchown", path });
    }
    return created;
  }
  const errno = lastErrno();
  if (errno !== EEXIST) throw new SystemError({ call: "open", action: "create", errno, path });
  const fd = check(libc().openat(directory, cString(name), flags, 0), { call: "open", path });
  const { kind, uid, links } = statusOfDescriptor(fd, path);
  if (kind === "file" && links === 1 && uid === (owner?.uid ?? libc().geteuid())) return fd;
  libc().close(fd);
  throw new Error(
    `${JSON.stringify(path)} was not made by this user's taskmaster: remove it`,
  );
}

/** "" when the holder has not written it yet. */
function readPid(fd: number): string {
  const buffer = new Uint8Array(LONGEST_PID_TEXT);
  const length = Number(libc().read(fd, buffer, BigInt(buffer.length)));
  const text = new TextDecoder().decode(buffer.subarray(0, Math.max(0, length))).trim();
  return /^\d+$/.test(text) ? text : "";
}
