/** The largest file that this process may write (RLIMIT_FSIZE, getrlimit(2)). */
import { check, libc } from "../libc.ts";

const RLIMIT_FSIZE = 1;
let limitBytes: number | undefined;

/**
 * Asked for before writing, for the kernel answers a write beyond it with a signal that would end
 * us. Read once: nobody changes it while we run.
 */
export function fileSizeLimit(): number {
  return limitBytes ??= readLimit();
}

function readLimit(): number {
  const limits = new BigUint64Array(2);
  check(libc().getrlimit(RLIMIT_FSIZE, limits), { call: "getrlimit" });
  return Number(limits[0]!); // RLIM_INFINITY is the largest number there is.
}
