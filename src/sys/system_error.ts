/** A call into the system that failed, with everything a person needs to know about it. */
import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";

/** Texts that the built-in table does not have. */
const MISSING_TEXTS: Record<string, string> = {
  EDEADLK: "resource deadlock avoided",
  EDQUOT: "disk quota exceeded",
  ENOEXEC: "exec format error",
  ENOLCK: "no locks available",
  EOVERFLOW: "value too large",
  ESTALE: "stale file handle",
};

/** "EACCES" for 13; "errno 4711" for a number that has no name. */
export function errnoName(errno: number): string {
  const names = Object.entries(constants.errno);
  // Two names for one number (EAGAIN and EWOULDBLOCK): the first is the common one.
  return names.find(([, number]) => number === errno)?.[0] ??
    getSystemErrorMap().get(-errno)?.[0] ?? `errno ${errno}`;
}

/** "permission denied" for 13. */
export function errnoText(errno: number): string {
  return getSystemErrorMap().get(-errno)?.[1] ?? MISSING_TEXTS[errnoName(errno)] ?? "unknown error";
}

export interface FailedCall {
  /** Name of the libc function or system call: "open". */
  readonly call: string;
  readonly errno: number;
  readonly path?: string | undefined;
  /** What was attempted, when the name of the call does not say it: "create directory". */
  readonly action?: string | undefined;
}

/** `cannot open "/var/log/web.log": permission denied (EACCES)` */
export class SystemError extends Error {
  override readonly name = "SystemError";
  readonly call: string;
  readonly errno: number;
  /** "EACCES" */
  readonly code: string;
  readonly path: string | undefined;

  constructor({ call, errno, path, action }: FailedCall) {
    const object = path === undefined ? "" : ` ${JSON.stringify(path)}`;
    const code = errnoName(errno);
    super(`cannot ${action ?? call}${object}: ${errnoText(errno)} (${code})`);
    this.call = call;
    this.errno = errno;
    this.code = code;
    this.path = path;
  }
}

/** Something has run out, of this process or of the machine, that may be there again in a moment. */
export function isShortage(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    /^E(MFILE|NFILE|NOMEM)$/.test(`${error.code}`);
}
