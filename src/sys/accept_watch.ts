/**
 * Notices that a server has stopped accepting. The runtime drops an error of accept(2), for want of
 * descriptors for instance, and never calls it again; nobody is told, and clients wait for ever.
 */
import type { Server } from "node:net";
import { EPOLLIN, watch } from "./epoll.ts";
import { libc } from "./libc.ts";
import { duplicateOf } from "./socket_descriptor.ts";

const LOOK_MS = 500;
/** More than one: a look after the loop was held up comes before what the server would accept. */
const LOOKS = 2;

const POLLIN = 0x001;
const POLLFD_BYTES = 8;
const REVENTS_OFFSET = 6;

/**
 * Calls `onDeaf` when a client has waited for about a second in which nobody was accepted, and again
 * every half second until somebody is or the returned function is called. Call that before closing
 * the server, which else goes on to listen. Throws a SystemError.
 */
export function watchAccepts(server: Server, onDeaf: () => void): () => void {
  const accepts = new AcceptWatch(server, onDeaf);
  return () => accepts.end();
}

class AcceptWatch {
  readonly #server: Server;
  readonly #onDeaf: () => void;
  /** Our own: the server closes its descriptor when it likes. */
  readonly #fd: number;
  readonly #count = () => void this.#accepted++;
  #accepted = 0;
  #unwatch: () => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasEnded = false;

  constructor(server: Server, onDeaf: () => void) {
    this.#server = server;
    this.#onDeaf = onDeaf;
    this.#fd = duplicateOf(server);
    server.on("connection", this.#count);
    this.#awaitClient();
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#unwatch();
    this.#server.off("connection", this.#count);
    libc().close(this.#fd);
  }

  #awaitClient(): void {
    this.#unwatch = watch(this.#fd, EPOLLIN, () => {
      this.#unwatch();
      // It may have been on its way when this ended.
      if (!this.#hasEnded) this.#look(LOOKS);
    });
  }

  #look(looksLeft: number): void {
    const before = this.#accepted;
    this.#timer = setTimeout(() => {
      if (this.#hasEnded) return;
      if (this.#accepted !== before || !isReadable(this.#fd)) return this.#awaitClient();
      if (looksLeft > 1) return this.#look(looksLeft - 1);
      this.#onDeaf();
      if (!this.#hasEnded) this.#look(1);
    }, LOOK_MS);
  }
}

function isReadable(fd: number): boolean {
  const polled = new DataView(new ArrayBuffer(POLLFD_BYTES));
  polled.setInt32(0, fd, true);
  polled.setInt16(4, POLLIN, true);
  libc().poll(new Uint8Array(polled.buffer), 1n, 0);
  return (polled.getInt16(REVENTS_OFFSET, true) & POLLIN) !== 0;
}
