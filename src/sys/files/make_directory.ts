/**
 * Creating a directory and its missing parents, safely also as root below directories that belong
 * to others: each component is opened from the one before without following links (openat(2)), so
 * what is checked is what is used, whoever renames things meanwhile.
 */
import { type FileStatus, statusOfDescriptor, statusOfEntry } from "./file_status.ts";
import { check, cString, lastErrno, libc } from "../libc.ts";
import { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_PATH, O_RDONLY } from "./open_flags.ts";
import { SystemError } from "../system_error.ts";

const EEXIST = 17;
const ENOENT = 2;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;
/** As many as the kernel follows in one path (path_resolution(7)). */
const MOST_LINKS = 40;

export interface DirectoryRequest {
  /** Absolute. */
  readonly path: string;
  readonly mode: number;
  /** Mode of parents that have to be created; they belong to whoever we are now. */
  readonly parentMode: number;
  /** Who gets the directory if it is created; null = whoever we are now. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  /**
   * Only in directories of these users is anything created, and only their links are followed, but
   * those of others than root only to what is theirs; null = everybody's. Matters to root: others
   * must not lead it to places of their choice.
   */
  readonly trustedUids: readonly number[] | null;
  /** False: what is missing stays missing, and is an error. */
  readonly creates?: boolean;
}

/**
 * Sees to it that there is a directory, and returns its status; one that existed is left as it is.
 * Throws a SystemError, or an UnsafePlaceError.
 */
export function makeDirectory(request: DirectoryRequest): FileStatus {
  const walk = new Walk(request);
  try {
    return walk.run();
  } finally {
    walk.close();
  }
}

/**
 * A descriptor (O_PATH) of a directory that nobody but `trustedUids` has redirected on the way, and
 * those of them who are not root only to what is theirs; the caller closes it. Throws a SystemError, or an UnsafePlaceError.
 */
export function openDirectory(path: string, trustedUids: readonly number[]): number {
  const request = { path, mode: 0, parentMode: 0, owner: null, trustedUids, creates: false };
  const walk = new Walk(request);
  try {
    walk.requireOwnWay(walk.run());
    return walk.handOut();
  } catch (error) {
    walk.close();
    throw error;
  }
}

/** Somebody who is not trusted could choose what we create, or where. */
export class UnsafePlaceError extends Error {
  override readonly name = "UnsafePlaceError";
}

class Walk {
  readonly #request: DirectoryRequest;
  readonly #rest: string[];
  /** The directory reached so far. */
  #fd: number;
  #path = "/";
  #linksLeft = MOST_LINKS;
  /** Whose link, if not root's, has led here. */
  #ledBy: number | null = null;

  constructor(request: DirectoryRequest) {
    this.#request = request;
    this.#rest = componentsOf(request.path);
    this.#fd = openRoot();
  }

  run(): FileStatus {
    for (let name = this.#rest.shift(); name !== undefined; name = this.#rest.shift()) {
      this.#enter(name);
    }
    return statusOfDescriptor(this.#fd, this.#path);
  }

  close(): void {
    libc().close(this.#fd);
  }

  /** The directory reached; it is the caller's from now on. */
  handOut(): number {
    return this.#fd;
  }

  #enter(name: string): void {
    const path = `${this.#path === "/" ? "" : this.#path}/${name}`;
    const kind = this.#kindOf(name, path);
    if (kind === "symlink") return this.#follow(name, path);
    if (kind === "missing") return this.#create(name, path);
    this.#step(this.#openEntry(name, path, O_PATH), path);
  }

  #kindOf(name: string, path: string): FileStatus["kind"] | "missing" {
    try {
      return statusOfEntry(this.#fd, name, path).kind;
    } catch (error) {
      if (error instanceof SystemError && error.errno === ENOENT) return "missing";
      throw error;
    }
  }

  #step(fd: number, path: string): void {
    libc().close(this.#fd);
    this.#fd = fd;
    this.#path = path;
  }

  #openEntry(name: string, path: string, flags: number): number {
    const all = flags | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    return check(libc().openat(this.#fd, cString(name), all, 0), { call: "open", path });
  }

  #follow(name: string, path: string): void {
    const flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
    const link = check(libc().openat(this.#fd, cString(name), flags, 0), { call: "open", path });
    try {
      const status = statusOfDescriptor(link, path);
      this.#requireTrust(status, `the symbolic link "${path}"`);
      if (status.uid !== 0) this.#ledBy = status.uid;
      this.#redirect(readLink(link, path));
    } finally {
      libc().close(link);
    }
  }

  #redirect(target: string): void {
    if (this.#linksLeft-- === 0) {
      throw new UnsafePlaceError(`too many symbolic links on the way to "${this.#request.path}"`);
    }
    this.#rest.unshift(...componentsOf(target));
    if (target.startsWith("/")) this.#step(openRoot(), "/");
  }

  #create(name: string, path: string): void {
    if (this.#request.creates === false) {
      throw new SystemError({ call: "open", errno: ENOENT, path });
    }
    const status = statusOfDescriptor(this.#fd, this.#path);
    this.#requireTrust(status, `"${this.#path}"`);
    this.requireOwnWay(status);
    const isOpenToAll = (status.mode & WRITABLE_BY_OTHERS) !== 0 && (status.mode & STICKY) === 0;
    if (this.#request.trustedUids !== null && isOpenToAll) {
      throw new UnsafePlaceError(
        `will not create "${path}": others may write to "${this.#path}"; ` +
          `take that right away (chmod go-w) or create the directory yourself`,
      );
    }
    const isLast = this.#rest.length === 0;
    const mode = isLast ? this.#request.mode : this.#request.parentMode;
    if (libc().mkdirat(this.#fd, cString(name), mode) === -1) {
      const errno = lastErrno();
      // Somebody was faster: another start of ours, or somebody who must be looked at.
      if (errno === EEXIST) return this.#enter(name);
      throw new SystemError({ call: "mkdir", action: "create directory", errno, path });
    }
    const fd = this.#openEntry(name, path, O_RDONLY);
    this.#step(fd, path);
    this.#handOver(fd, path, mode, isLast);
  }

  /** Makes the new directory what was asked for, whatever the umask. */
  #handOver(fd: number, path: string, mode: number, isLast: boolean): void {
    const { owner } = this.#request;
    // What was created might have been exchanged before it was opened.
    if (statusOfDescriptor(fd, path).uid !== libc().geteuid()) {
      throw new UnsafePlaceError(`"${path}" was replaced while it was created`);
    }
    check(libc().fchmod(fd, mode), { call: "chmod", action: "set the mode of", path });
    if (!isLast || owner === null) return;
    const { uid, gid } = owner;
    check(libc().fchown(fd, uid, gid), { call: "chown", action: "change the owner of", path });
  }

  /** Nobody gets a directory by a link where he could not have made one himself. */
  requireOwnWay({ uid }: FileStatus): void {
    const { trustedUids, path, creates = true } = this.#request;
    if (trustedUids === null || this.#ledBy === null || this.#ledBy === uid) return;
    throw new UnsafePlaceError(
      `will not ${
        creates ? "create" : "use"
      } "${path}": a symbolic link of uid ${this.#ledBy} leads to "${this.#path}", ` +
        `which belongs to uid ${uid}; name that place in the configuration, if it is meant`,
    );
  }

  #requireTrust({ uid }: FileStatus, what: string): void {
    const { trustedUids, path, creates = true } = this.#request;
    const verb = creates ? "create" : "use";
    if (trustedUids === null || trustedUids.includes(uid)) return;
    throw new UnsafePlaceError(
      `will not ${verb} "${path}": ${what} belongs to uid ${uid}, who could redirect it; ` +
        "create the directory yourself or choose another place",
    );
  }
}

/** The target of a link that is open itself. */
function readLink(fd: number, path: string): string {
  const target = new Uint8Array(new ArrayBuffer(4096));
  const size = libc().readlinkat(fd, cString(""), target, BigInt(target.length));
  const length = check(size, { call: "readlink", action: "read the link", path });
  return new TextDecoder().decode(target.subarray(0, length));
}

function openRoot(): number {
  const flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  return check(libc().open(cString("/"), flags, 0), { call: "open", path: "/" });
}

/** ".." stays: the kernel resolves it from the directory reached, and so is it done here. */
function componentsOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}
