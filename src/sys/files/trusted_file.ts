/** Whether a file says what its owner wants, or whatever somebody else has put there: for root. */
import { dirname } from "node:path";
import { type Writers, writersByList } from "./access_list.ts";
import { type FileStatus, statusOfDescriptor, statusOfLink, statusOfPath } from "./file_status.ts";
import { type Way, wayTo } from "./way_to.ts";

const GROUP_WRITES = 0o020;
const EVERYBODY_WRITES = 0o002;
const STICKY = 0o1000;

/**
 * Why an open file is not to be obeyed by root: others than its owner may change it, or put another
 * in its place in one of the directories on the way. null when nothing speaks against it. Throws a
 * SystemError.
 */
export function whyNotTrusted(path: string, fd: number): string | null {
  const why = whyOpenToOthers(path, fd, statusOfDescriptor(fd, path));
  if (why !== null) return why;
  for (const directory of wayToOpen(path, fd).directories) {
    const status = statusOfPath(directory);
    // In a sticky directory, as /tmp, nobody replaces what belongs to another.
    if ((status.mode & STICKY) !== 0) continue;
    const why = whyOpenToOthers(directory, directory, status);
    if (why !== null) return why;
  }
  return null;
}

/**
 * The users beside root and `known` to whom the file, a directory on the way to it or a link that
 * they may replace belongs. They decide what it says, which may be all right: whoever names the file
 * should know. With `fd` of the file that is open. Throws a SystemError.
 */
export function strangersWhoOwn(path: string, known: readonly number[], fd?: number): number[] {
  const { directories, links } = wayToOpen(path, fd);
  const file = fd === undefined ? statusOfPath(path) : statusOfDescriptor(fd, path);
  // Elsewhere a link is as good as the directory that it is in.
  const ownLinks = links.filter((link) => (statusOfPath(dirname(link)).mode & STICKY) !== 0);
  const all = [file, ...[...directories].map(statusOfPath), ...ownLinks.map(statusOfLink)];
  const uids = new Set(all.map(({ uid }) => uid));
  return [...uids].filter((uid) => uid !== 0 && !known.includes(uid));
}

/** `target` is what `path` names, and may be a descriptor of it. */
function whyOpenToOthers(path: string, target: number | string, status: FileStatus): string | null {
  const list = writersByList(target);
  if (!list.ok) {
    return `the access control list of ${
      JSON.stringify(path)
    } ${list.error}, so nobody knows who ` +
      `may write: setfacl -b ${JSON.stringify(path)}`;
  }
  if (list.value !== null) return whoMayWrite(path, status, list.value);
  return mayOthersWrite(status) ? describe(path, status) : null;
}

/** Of the mode the bits of the group say nothing then: they are the mask of the list. */
function whoMayWrite(path: string, status: FileStatus, writers: Writers): string | null {
  const { uids, gids, ownGroup, others } = writers;
  if (others) return describe(path, status);
  const known = [0, status.uid];
  const users = uids.filter((uid) => !known.includes(uid)).map((uid) => `uid ${uid}`);
  const groups = [...gids, ...(ownGroup ? [status.gid] : [])]
    .filter((gid) => !known.includes(gid)).map((gid) => `gid ${gid}`);
  const all = [...users, ...groups];
  if (all.length === 0) return null;
  return `${JSON.stringify(path)} may be written by ${all.join(", ")} (its access control list), ` +
    `who could make taskmaster do what they like: setfacl -b ${JSON.stringify(path)}`;
}

/** A group of the owner's own, which has his number by custom, is not others. */
function mayOthersWrite({ mode, uid, gid }: FileStatus): boolean {
  if ((mode & EVERYBODY_WRITES) !== 0) return true;
  return (mode & GROUP_WRITES) !== 0 && gid !== 0 && gid !== uid;
}

function describe(path: string, { mode }: FileStatus): string {
  return `${JSON.stringify(path)} may be written by others (mode ${
    mode.toString(8).padStart(4, "0")
  }), who could make taskmaster do what they like: chmod go-w ${JSON.stringify(path)}`;
}

/** As it was named, and where the open file really lies, should the way have been changed since. */
function wayToOpen(path: string, fd: number | undefined): Way {
  const { directories, links } = wayTo(path);
  if (fd === undefined) return { directories, links };
  const real = wayTo(Deno.realPathSync(`/proc/self/fd/${fd}`));
  return { directories: directories.union(real.directories), links };
}
