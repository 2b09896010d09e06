/** Who is at the other end of a Unix socket. */
import type { Socket } from "node:net";
import { libc } from "./libc.ts";
import { socketDescriptor } from "./socket_descriptor.ts";

export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

/**
 * As the kernel noted it when the connection was made (unix(7), SO_PEERCRED). Null when it cannot
 * be told. Whoever gets null must refuse.
 */
export function peerCredentials(socket: Socket): PeerCredentials | null {
  const fd = socketDescriptor(socket);
  if (fd === null) return null;
  const credentials = new Int32Array(3);
  const length = new Uint32Array([credentials.byteLength]);
  const outcome = libc().getsockopt(
    fd,
    SOL_SOCKET,
    SO_PEERCRED,
    new Uint8Array(credentials.buffer),
    new Uint8Array(length.buffer),
  );
  if (outcome !== 0 || length[0] !== credentials.byteLength) return null;
  const [pid, uid, gid] = credentials;
  return { pid: pid!, uid: uid! >>> 0, gid: gid! >>> 0 };
}
