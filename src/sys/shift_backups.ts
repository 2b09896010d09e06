/** Old files of a log: `PATH.1` is the newest of them. */
import { check, cString, lastErrno, libc } from "./libc.ts";
import { SystemError } from "./system_error.ts";

const AT_FDCWD = -100;
const ENOENT = 2;

/**
 * Makes `PATH.1` of PATH, `PATH.2` of `PATH.1` and so on; the oldest of `backups` files is
 * overwritten. Afterwards there is no PATH. Throws a SystemError.
 */
export function shiftBackups(path: string, backups: number): void {
  for (let number = backups - 1; number >= 1; number--) {
    const from = `${path}.${number}`;
    const result = rename(from, `${path}.${number + 1}`);
    if (result === -1) {
      const errno = lastErrno();
      if (errno !== ENOENT) throw new SystemError({ call: "rename", errno, path: from });
    }
  }
  check(rename(path, `${path}.1`), { call: "rename", path });
}

function rename(from: string, to: string): number {
  return libc().renameat(AT_FDCWD, cString(from), AT_FDCWD, cString(to));
}
