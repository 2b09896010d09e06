/** Running a child as another user. */
import { type Credentials, ownCredentials } from "./thread_credentials.ts";
import { libc } from "../libc.ts";
import { lookUpUser, type User } from "./user_database.ts";

/** util-linux; sets user, group and supplementary groups, then becomes the command. */
const SETPRIV = "/usr/bin/setpriv";

/** Whether a child of somebody with these credentials has to change nothing to be `user`. */
export function isAlready(user: User, { uids, gids, groups }: Credentials): boolean {
  if (uids.some((uid) => uid !== user.uid) || gids.some((gid) => gid !== user.gid)) return false;
  // It makes no difference whether the primary group is among the others.
  const [present, wanted] = [new Set([user.gid, ...groups]), new Set([user.gid, ...user.groups])];
  return present.symmetricDifference(wanted).size === 0;
}

/** Whom a child of `user` may be, from its start on; null is who we are. */
export function uidsOf(user: string | null): number[] {
  const own = libc().geteuid();
  if (user === null) return [own];
  const found = lookUpUser(user);
  return found.ok ? [own, found.value.uid] : [own];
}

/** They do not change any more when programs are started. */
let own: Credentials | undefined;

/**
 * What has to stand before the command of a child of `user`: nothing for who we are ourselves,
 * since setpriv costs more than all else that a start takes.
 */
export function becoming(user: User): readonly string[] {
  own ??= ownCredentials();
  if (isAlready(user, own)) return [];
  return [SETPRIV, `--reuid=${user.uid}`, `--regid=${user.gid}`, "--init-groups", "--"];
}
