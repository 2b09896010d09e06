/** The descriptor behind a socket of node's, for what node does not offer. */
import type { Server, Socket } from "node:net";
import { check, libc } from "./libc.ts";

const F_SETFD = 2;
const EFD_CLOEXEC = 0o2000000;
const FD_CLOEXEC = 1;

/** Null when it cannot be told: it is on a handle that is no public interface of the runtime. */
export function socketDescriptor(socket: Socket | Server): number | null {
  const { _handle: handle } = socket as unknown as { _handle?: { fd?: unknown } | null };
  const fd = handle?.fd;
  return typeof fd === "number" && fd >= 0 ? fd : null;
}

/**
 * No child gets it, and neither does the program that an upgrade becomes. The runtime leaves that
 * out for sockets that listen. Throws an error when it cannot be done.
 */
export function closeOnExec(socket: Socket | Server): void {
  const fd = socketDescriptor(socket);
  if (fd === null) throw new Error("the descriptor of a listening socket cannot be told");
  check(libc().fcntl(fd, F_SETFD, BigInt(FD_CLOEXEC)), { call: "fcntl" });
}

/**
 * A second descriptor of a socket that listens, which the caller closes: until then it listens, also
 * when the server is closed. No child gets it. Throws an error when there is none, or none is left.
 */
export function duplicateOf(server: Server): number {
  const { _handle: handle } = server as unknown as { _handle?: { fdForIpc?(): unknown } | null };
  // One on TCP does not show its descriptor, but it gives this for other processes to have it.
  const fd = handle?.fdForIpc?.();
  if (typeof fd === "number" && fd >= 0) return fd;
  throw new Error("a listening socket gives no descriptor to watch it by");
}

/** How many descriptors can be opened now; counts up to `most`. */
export function countFreeDescriptors(most: number): number {
  const opened: number[] = [];
  while (opened.length < most) {
    const fd = libc().eventfd(0, EFD_CLOEXEC);
    if (fd < 0) break;
    opened.push(fd);
  }
  for (const fd of opened) libc().close(fd);
  return opened.length;
}
