/**
 * The directories that must be there before anything starts. As root this comes before the change
 * of user: it creates what only root may, and hands over nothing but what it created itself.
 */
import { dirname } from "node:path";
import type { DaemonSettings } from "../../core/configuration.ts";
import type { FileStatus } from "../files/file_status.ts";
import { libc } from "../libc.ts";
import { makeDirectory } from "../files/make_directory.ts";
import { lookUpUser, type User } from "./user_database.ts";

const PRIVATE = 0o700;
/** For logs: the group of the user may read them. */
const LOGS = 0o750;
const OTHERS = 0o077;
/** For parents that root creates, such as /run/taskmaster: many users' directories lie in them. */
const SHARED = 0o755;
const WRITABLE_BY_OTHERS = 0o022;

export interface Places {
  readonly daemon: Pick<
    DaemonSettings,
    "stateDir" | "logdir" | "logfile" | "pidfile" | "socket" | "socketMode"
  >;
  /** Absolute directories of the files that programs' output goes to. */
  readonly outputDirectories: readonly string[];
  /** Our own log is a file. If not, its directory may be one that cannot be. */
  readonly hasLogfile: boolean;
  /** Whom we are about to become; null = we stay who we are. */
  readonly owner: Pick<User, "name" | "uid" | "gid"> | null;
}

/** A place that is there but cannot be used. The message says what to do about it. */
export class PlaceError extends Error {
  override readonly name = "PlaceError";
}

/**
 * Creates the state directory, and the directories of logs, outputs, the pidfile and the socket, those
 * that are missing. Throws an error of one line that names the path (SystemError, UnsafePlaceError,
 * PlaceError); what was created by then stays. Gives what was wrong with directories of outputs: that
 * is the matter of their programs, and no reason to start none.
 */
export function preparePlaces({ daemon, outputDirectories, hasLogfile, owner }: Places): string[] {
  const isRoot = libc().geteuid() === 0;
  const uid = owner?.uid ?? libc().geteuid();
  const common = {
    owner,
    parentMode: isRoot ? SHARED : PRIVATE,
    trustedUids: isRoot ? [0, uid] : null,
  };
  const state = makeDirectory({ ...common, path: daemon.stateDir, mode: PRIVATE });
  requireOwn(state, daemon.stateDir, owner ?? { name: nameOf(uid), uid });
  const logs = new Set(hasLogfile ? [daemon.logdir, dirname(daemon.logfile)] : []);
  if (daemon.pidfile !== null) logs.add(dirname(daemon.pidfile));
  const mode = isRoot ? LOGS : PRIVATE;
  for (const path of logs) makeDirectory({ ...common, path, mode });
  // Whom the socket lets in has to reach it.
  const socketMode = (daemon.socketMode & OTHERS) === 0 ? PRIVATE : SHARED;
  makeDirectory({ ...common, path: dirname(daemon.socket), mode: socketMode });
  return outputDirectories.flatMap((path) => {
    try {
      makeDirectory({ ...common, path, mode });
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}

/** Whoever could write there could make us take strangers' processes for ours. */
function requireOwn(
  status: FileStatus,
  path: string,
  { name, uid }: Pick<User, "name" | "uid">,
): void {
  if (status.uid !== uid) {
    throw new PlaceError(
      `the state directory "${path}" belongs to ${nameOf(status.uid)}, not to ${name}: ` +
        `remove it, or give it away with chown -R ${name} "${path}"`,
    );
  }
  if ((status.mode & WRITABLE_BY_OTHERS) === 0) return;
  const mode = status.mode.toString(8).padStart(4, "0");
  throw new PlaceError(
    `the state directory "${path}" may be written by others (mode ${mode}): ` +
      `chmod 700 "${path}"`,
  );
}

function nameOf(uid: number): string {
  const found = lookUpUser(String(uid));
  return found.ok ? found.value.name : String(uid);
}
