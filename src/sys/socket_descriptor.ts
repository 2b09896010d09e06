/** The descriptor behind a socket of node's, for what node does not offer. */
import type { Server, Socket } from "node:net";
import { check, libc } from "./libc.ts";

const F_SETFD = 2;
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
