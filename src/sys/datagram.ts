/** Datagrams to a Unix socket, such as /dev/log: the runtime has none that are stable. */
import { cString, lastErrno, libc } from "./libc.ts";
import { errnoName, errnoText } from "./system_error.ts";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
/** `sun_path` with its NUL (unix(7)). */
const LONGEST_PATH_BYTES = 108;

/**
 * Sends one datagram, and never waits: a receiver that does not keep up is a failure. A path that
 * begins with NUL is an abstract name (unix(7)). The result is undefined, or what went wrong, in one line for a person.
 */
export function sendDatagram(path: string, bytes: Uint8Array): string | undefined {
  const isAbstract = path.startsWith("\0");
  const name = isAbstract ? new TextEncoder().encode(path) : cString(path);
  if (name.length > LONGEST_PATH_BYTES) return `the path ${JSON.stringify(path)} is too long`;
  const address = new Uint8Array(2 + name.length);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, 2);
  const fd = libc().socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd === -1) return describe(path);
  try {
    const { length } = bytes;
    const sent = libc().sendto(
      fd,
      new Uint8Array(bytes),
      BigInt(length),
      MSG_NOSIGNAL,
      address,
      address.length,
    );
    return Number(sent) === -1 ? describe(path) : undefined;
  } finally {
    libc().close(fd);
  }
}

/** errno is of the call just before. */
function describe(path: string): string {
  const errno = lastErrno();
  return `cannot write to ${JSON.stringify(path)}: ${errnoText(errno)} (${errnoName(errno)})`;
}
