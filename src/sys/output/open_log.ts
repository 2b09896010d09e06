/** Opening the log of a stream, so that bytes can be moved into it at a place of our choice. */
import { constants } from "node:os";
import { dirname } from "node:path";
import { statusOfPath } from "../files/file_status.ts";
import { check, cString, libc } from "../libc.ts";
import { makeDirectory } from "../files/make_directory.ts";
import { O_APPEND, O_CLOEXEC, O_RDONLY } from "../files/open_flags.ts";
import { type AppendTarget, openForAppend } from "../files/open_for_append.ts";
import { SystemError } from "../system_error.ts";

const AT_FDCWD = -100;
const F_OK = 0;
const X_OK = 1;
const W_OK = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const SEEK_END = 2;
const LINE_END = 10;

/** An open log. Whoever opened it closes it. */
export interface OpenLog extends AppendTarget {
  /**
   * Whether splice(2) can be used: for regular files that need not be appended to. Not so for
   * terminals, FIFOs and other devices, for our own standard output, of which others may have the
   * other end and the position, and for files with the append-only attribute (chattr(1)).
   */
  readonly isSpliced: boolean;
}

/**
 * Opens `path`, and creates the file (0644, less the umask) and its directory where they are
 * missing. Throws a SystemError, or an Error for a symbolic link that is not to be followed.
 */
export function openLog(path: string): OpenLog {
  let target: AppendTarget;
  try {
    target = openForAppend(path, 0o644);
  } catch (error) {
    if (!(error instanceof SystemError && error.errno === constants.errno.ENOENT)) throw error;
    makePlace(path);
    target = openForAppend(path, 0o644);
  }
  return { ...target, isSpliced: target.filePath !== null && stopAppending(target.fd) };
}

/** Not even a link is there, or it is out of reach. */
export function isMissing(path: string): boolean {
  const name = cString(path);
  const isLink = () => Number(libc().readlinkat(AT_FDCWD, name, new Uint8Array(1), 1n)) !== -1;
  return libc().access(name, F_OK) === -1 && !isLink();
}

/** Makes sure of the directory of a log that is missing. Throws when no file can be created there. */
export function checkPlace(path: string): void {
  const directory = dirname(path);
  // With the slash, for a file may be written and executed, too.
  const access = () => libc().access(cString(`${directory}/`), W_OK | X_OK);
  if (access() === 0) return;
  makePlace(path);
  check(access(), { call: "access", action: "create files in", path: directory });
}

function makePlace(path: string): void {
  const place = { path: dirname(path), mode: 0o755, parentMode: 0o755 };
  makeDirectory({ ...place, owner: null, trustedUids: libc().geteuid() === 0 ? [0] : null });
}

export function closeLog(log: OpenLog): void {
  if (log.isOpened) libc().close(log.fd);
}

/** Whether `path` still leads to what is open; true for what was not opened by path. */
export function isInPlace(log: OpenLog, path: string): boolean {
  if (!log.isOpened) return true;
  try {
    return statusOfPath(path).identity === log.identity;
  } catch {
    return false; // Opening it anew either helps or gives the reason.
  }
}

/** Size of a log that is a regular file. */
export function sizeOfLog(log: OpenLog): number {
  return check(libc().lseek(log.fd, 0n, SEEK_END), { call: "lseek" });
}

/**
 * A descriptor to read the very file that is open, whatever its path leads to by now; undefined
 * when it may not be read. The caller closes it.
 */
export function openToRead(log: OpenLog): number | undefined {
  if (log.filePath === null) return undefined;
  const fd = libc().open(cString(`/proc/self/fd/${log.fd}`), O_RDONLY | O_CLOEXEC, 0);
  return fd === -1 ? undefined : fd;
}

/** Whether the file, of a size above 0, ends with a whole line; taken for granted if unreadable. */
export function endsWithLine(log: OpenLog, sizeBytes: number): boolean {
  const fd = openToRead(log);
  if (fd === undefined) return true;
  const last = new Uint8Array(1);
  const count = libc().pread(fd, last, 1n, BigInt(sizeBytes - 1));
  libc().close(fd);
  return Number(count) !== 1 || last[0] === LINE_END;
}

/** Files opened for appending are refused by splice(2). */
function stopAppending(fd: number): boolean {
  const flags = libc().fcntl(fd, F_GETFL, 0n);
  return libc().fcntl(fd, F_SETFL, BigInt(flags & ~O_APPEND)) === 0;
}
