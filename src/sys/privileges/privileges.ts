/** Giving up root for good. Whether to, and for whom, is decided in decide_privileges.ts. */
import { check, cString, lastErrno, libc } from "../libc.ts";
import { type Credentials, credentialsOfAllThreads } from "./thread_credentials.ts";
import type { User } from "./user_database.ts";

const EPERM = 1;
const PR_SET_NO_NEW_PRIVS = 38;

/** The change to another user did not go all the way. Nothing must be started after this. */
export class PrivilegeError extends Error {
  override readonly name = "PrivilegeError";
}

/**
 * Becomes `user`, who is not root, in every thread and for good: ids, groups, capabilities, and
 * HOME, USER, LOGNAME and SHELL of the environment. Everything that needs root, or a file that only
 * root can read (modules among them), must be done before. Throws a SystemError or PrivilegeError
 * of one line when any step fails; some steps may have been taken by then, so the only thing left
 * to do is to exit.
 */
export function becomeUser(user: User): void {
  if (user.uid === 0) throw new PrivilegeError("cannot give up root by becoming root");
  const { name, uid, gid } = user;
  const action = `become "${name}"`;
  // Groups first: after setresuid it is too late (setgroups(2) needs root).
  check(libc().initgroups(cString(name), gid), { call: "initgroups", action });
  check(libc().setresgid(gid, gid, gid), { call: "setresgid", action });
  // Taking root's ids off clears the permitted, effective and ambient sets (capabilities(7)).
  check(libc().setresuid(uid, uid, uid), { call: "setresuid", action });
  Deno.env.set("HOME", user.home);
  Deno.env.set("USER", name);
  Deno.env.set("LOGNAME", name);
  Deno.env.set("SHELL", user.shell);
  for (const [thread, credentials] of credentialsOfAllThreads()) {
    const left = whatIsLeft(credentials, user);
    if (left !== undefined) {
      throw new PrivilegeError(`cannot ${action}: thread ${thread} still has ${left}`);
    }
  }
  proveNoWayBack(user);
}

/** What a thread has that it should not have as `user`; undefined when all is well. */
function whatIsLeft(credentials: Credentials, user: User): string | undefined {
  const { uids, gids, groups, capabilities } = credentials;
  if (uids.some((uid) => uid !== user.uid)) return `the user ids ${uids.join(", ")}`;
  if (gids.some((gid) => gid !== user.gid)) return `the group ids ${gids.join(", ")}`;
  if (new Set(groups).symmetricDifference(new Set(user.groups)).size > 0) {
    return `the supplementary groups ${groups.join(", ")}`;
  }
  for (const [name, set] of Object.entries(capabilities)) {
    if (set === 0n) continue;
    // No call clears the inheritable set of other threads, nor what such securebits keep.
    const help = "start it without them (setpriv --inh-caps=-all --securebits=-all)";
    return `capabilities (${name} ${set.toString(16)}); ${help}`;
  }
  return undefined;
}

/** Tries to become root again, by every call that could do it. */
function proveNoWayBack({ name, gid }: User): void {
  const attempts: [string, () => number][] = [
    ["setuid", () => libc().setuid(0)],
    ["setresuid", () => libc().setresuid(0, 0, 0)],
  ];
  if (gid !== 0) attempts.push(["setgid", () => libc().setgid(0)]);
  for (const [call, attempt] of attempts) {
    if (attempt() !== -1 || lastErrno() !== EPERM) {
      throw new PrivilegeError(`cannot become "${name}" for good: ${call}(0) was not refused`);
    }
  }
}

/**
 * From now on no program that this thread starts can gain privileges by being setuid or having file
 * capabilities (PR_SET_NO_NEW_PRIVS). Cannot be undone. Only this thread is bound, which is the one
 * that starts children.
 */
export function forbidNewPrivileges(): void {
  const action = "forbid new privileges";
  check(libc().prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n), { call: "prctl", action });
}
