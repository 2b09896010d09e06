/** Pseudo-terminals (pty(7)). */
import type { WindowSize } from "../../ports/attachment.ts";
import { check, cString, libc } from "../libc.ts";
import { O_CLOEXEC, O_NOCTTY, O_RDWR } from "../files/open_flags.ts";
import { SystemError } from "../system_error.ts";
import type { User } from "../privileges/user_database.ts";

const TIOCGWINSZ = 0x5413n;
const TIOCSWINSZ = 0x5414n;
const PATH_BYTES = 64;

export interface PseudoTerminal {
  /** The side of the keyboard and the screen; whoever has it open keeps the terminal alive. */
  readonly master: number;
  /** The side of the program. */
  readonly path: string;
}

/** The caller closes the master. Throws a SystemError, most likely since there are no more. */
export function openPseudoTerminal(size: WindowSize, owner: User | null): PseudoTerminal {
  const master = check(libc().posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), {
    call: "posix_openpt",
    action: "open a pseudo-terminal",
  });
  try {
    check(libc().grantpt(master), { call: "grantpt" });
    check(libc().unlockpt(master), { call: "unlockpt" });
    const name = new Uint8Array(PATH_BYTES);
    const errno = libc().ptsname_r(master, name, BigInt(name.length));
    if (errno !== 0) throw new SystemError({ call: "ptsname_r", errno });
    const path = new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
    if (owner !== null) Deno.chownSync(path, owner.uid, null);
    resizeWindow(master, size);
    return { master, path };
  } catch (error) {
    libc().close(master);
    throw error;
  }
}

/** Does nothing for a terminal that is gone. */
export function resizeTerminal(path: string, size: WindowSize): void {
  onTerminal(path, (fd) => resizeWindow(fd, size));
}

/** null when it is gone. */
export function windowSizeOf(path: string): WindowSize | null {
  const size = new Uint16Array(4);
  const isKnown = onTerminal(path, (fd) => libc().ioctl(fd, TIOCGWINSZ, bytesOf(size)) === 0);
  return isKnown === true ? { rows: size[0]!, columns: size[1]! } : null;
}

function resizeWindow(fd: number, { columns, rows }: WindowSize): void {
  libc().ioctl(fd, TIOCSWINSZ, bytesOf(new Uint16Array([rows, columns, 0, 0])));
}

/** Open only for a moment: a terminal is at its end when nobody has its program side open. */
function onTerminal<T>(path: string, use: (fd: number) => T): T | null {
  const fd = libc().open(cString(path), O_RDWR | O_NOCTTY | O_CLOEXEC, 0);
  if (fd === -1) return null;
  try {
    return use(fd);
  } finally {
    libc().close(fd);
  }
}

function bytesOf(words: Uint16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(words.buffer);
}
