/** What a file is and whose, by descriptor or by a path that is not followed (statx(2)). */
import { check, cString, libc } from "../libc.ts";

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;
const FORMAT_MASK = 0o170000;

/** The format bits of a mode that matter here (inode(7)). */
const KINDS: Record<number, FileStatus["kind"]> = {
  0o100000: "file",
  0o040000: "directory",
  0o120000: "symlink",
};

export interface FileStatus {
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly uid: number;
  readonly gid: number;
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  /** Device and inode: the same for two names of one file, and for nothing else. */
  readonly identity: string;
  /** How many names the file has. */
  readonly links: number;
  readonly sizeBytes: number;
}

/** Throws a SystemError, ENOENT and ENOTDIR among them. `path` is only for its message. */
export function statusOfDescriptor(fd: number, path?: string): FileStatus {
  return statx(fd, "", AT_EMPTY_PATH, path);
}

/** Of the last component itself, should it be a symbolic link. */
export function statusOfLink(path: string): FileStatus {
  return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, path);
}

/** Of what the path leads to. */
export function statusOfPath(path: string): FileStatus {
  return statx(AT_FDCWD, path, 0, path);
}

/** Of the entry `name` of an open directory, without following it. */
export function statusOfEntry(directory: number, name: string, path: string): FileStatus {
  return statx(directory, name, AT_SYMLINK_NOFOLLOW, path);
}

function statx(
  directory: number,
  name: string,
  flags: number,
  path: string | undefined,
): FileStatus {
  const status = new DataView(new ArrayBuffer(256));
  check(libc().statx(directory, cString(name), flags, STATX_BASIC_STATS, status), {
    call: "statx",
    action: "look at",
    path,
  });
  const mode = status.getUint16(28, true);
  const device = `${status.getUint32(136, true)}:${status.getUint32(140, true)}`;
  return {
    kind: KINDS[mode & FORMAT_MASK] ?? "other",
    uid: status.getUint32(20, true),
    gid: status.getUint32(24, true),
    mode: mode & 0o7777,
    identity: `${device}:${status.getBigUint64(32, true)}`,
    links: status.getUint32(16, true),
    sizeBytes: Number(status.getBigUint64(40, true)),
  };
}
