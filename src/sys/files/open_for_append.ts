/** Opening what log lines go to: a file, or whatever else can be written to. */
import { basename, dirname } from "node:path";
import { openDirectory } from "./make_directory.ts";
import { statusOfDescriptor, statusOfLink, statusOfPath } from "./file_status.ts";
import { check, cString, libc } from "../libc.ts";
import {
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_WRONLY,
} from "./open_flags.ts";
import { SystemError } from "../system_error.ts";

/** O_NONBLOCK for FIFOs and terminals: a reader that does not read must not stop the supervisor. */
const FLAGS = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
const EVERYBODY_ELSE_MAY_WRITE = 0o022;

/**
 * Our own output under its various names. It is used as it is: to open it anew would fail where it
 * belongs to somebody else, which is the rule after a change of user, and start a file over.
 */
const OWN_DESCRIPTORS: Record<string, number> = {
  "/dev/stdout": 1,
  "/dev/fd/1": 1,
  "/proc/self/fd/1": 1,
  "/dev/stderr": 2,
  "/dev/fd/2": 2,
  "/proc/self/fd/2": 2,
};

export interface AppendTarget {
  readonly fd: number;
  /** Whether the descriptor is ours to close. */
  readonly isOpened: boolean;
  /** Of the file itself when the path is a symbolic link; null for all but regular files. */
  readonly filePath: string | null;
  /** See FileStatus. */
  readonly identity: string;
}

/**
 * Opens `path` for appending, creating a file with `mode` (less the umask) if there is none. A
 * symbolic link is followed only if nobody but us and root could have put it there. Throws a
 * SystemError, or an Error for such a link. The descriptor is closed by the caller if `isOpened`.
 */
export function openForAppend(path: string, mode: number): AppendTarget {
  const own = OWN_DESCRIPTORS[path];
  if (own !== undefined) return { fd: own, isOpened: false, filePath: null, identity: "" };
  const isLink = isTrustedLink(path);
  const fd = isLink ? open(path, FLAGS, mode) : openHere(path, mode);
  const { kind, identity, links } = statusOfDescriptor(fd, path);
  if (kind === "file" && links > 1 && mayBePlanted(path)) {
    libc().close(fd);
    throw new Error(
      `cannot open "${path}": it is another name of a file, in a directory that others may write`,
    );
  }
  const filePath = kind !== "file" ? null : isLink ? Deno.realPathSync(path) : path;
  return { fd, isOpened: true, filePath, identity };
}

/** False for what is no link; throws for a link that must not be followed. */
function isTrustedLink(path: string): boolean {
  try {
    if (statusOfLink(path).kind !== "symlink") return false;
  } catch {
    return false; // The attempt to open it will tell what is wrong, if it is not just missing.
  }
  if (!mayBePlanted(path)) return true;
  throw new Error(
    `cannot open "${path}": it is a symbolic link in a directory that others may write`,
  );
}

/** Somebody other than us and root chooses what is at that path. */
function mayBePlanted(path: string): boolean {
  const { mode, uid } = statusOfPath(dirname(path));
  return (mode & EVERYBODY_ELSE_MAY_WRITE) !== 0 || (uid !== 0 && uid !== libc().geteuid());
}

/** For root no directory on the way may be a link of somebody else's; for others that is no matter. */
function openHere(path: string, mode: number): number {
  const flags = FLAGS | O_NOFOLLOW;
  if (libc().geteuid() !== 0) return open(path, flags, mode);
  const directory = directoryOf(path);
  try {
    const fd = libc().openat(directory, cString(basename(path)), flags, mode);
    return check(fd, { call: "open", path });
  } finally {
    libc().close(directory);
  }
}

function directoryOf(path: string): number {
  try {
    return openDirectory(dirname(path), [0]);
  } catch (error) {
    // It is the file that was asked for.
    if (!(error instanceof SystemError)) throw error;
    throw new SystemError({ call: "open", errno: error.errno, path });
  }
}

function open(path: string, flags: number, mode: number): number {
  return check(libc().open(cString(path), flags, mode), { call: "open", path });
}
