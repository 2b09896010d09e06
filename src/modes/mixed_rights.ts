/** Who must not be served at all. */

/** Real, effective, saved and file system id are one, of users and of groups (proc_pid_status(5)). */
const ONE_OF_EACH = /^Uid:\t(\d+)\t\1\t\1\t\1$[^]*^Gid:\t(\d+)\t\2\t\2\t\2$/m;

/**
 * Why a process that is setuid or setgid is refused; null for others. Every verb asks, so no more is
 * loaded before there is something to say.
 */
export async function whyMixedRights(): Promise<string | null> {
  if (isOneUser()) return null;
  const { ownCredentials, whyNotOneUser } = await import("../sys/privileges/thread_credentials.ts");
  return whyNotOneUser(ownCredentials());
}

function isOneUser(): boolean {
  return ONE_OF_EACH.test(Deno.readTextFileSync("/proc/thread-self/status"));
}
