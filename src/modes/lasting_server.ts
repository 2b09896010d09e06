/** A server that goes on to listen: what made it stop is undone, and its connections go on. */
import type { Server } from "node:http";
import type { BoundedServer } from "../control/bounded_server.ts";
import { watchAccepts } from "../sys/accept_watch.ts";
import { countFreeDescriptors } from "../sys/socket_descriptor.ts";

const RETRY_MS = 5000;
/** To listen anew and have accept(2) fail again at once would only hang up on who waits. */
const SPARE_DESCRIPTORS = 4;

/**
 * Clients that may wait to be accepted, as far as the kernel allows (net.core.somaxconn). On a Unix
 * socket whoever comes when that many wait is refused with EAGAIN; the runtime's default is 511.
 */
export const BACKLOG = 4096;

export interface LastingServerOptions {
  readonly server: BoundedServer;
  /** As in "the control socket is gone". */
  readonly name: string;
  /** Rejects with an error of one line. What it began before is over then. */
  listen(): Promise<void>;
  onNote(message: string): void;
}

export class LastingServer {
  readonly #options: LastingServerOptions;
  #unwatch: () => void = () => {};
  #retry: ReturnType<typeof setTimeout> | undefined;
  #lastProblem: string | null = null;
  #hasEnded = false;

  constructor(options: LastingServerOptions) {
    this.#options = options;
    // Those of listening are told by `listen`; one of accept(2) would be noticed by its effect.
    options.server.server.on("error", () => {});
  }

  /** Rejects with an error of one line when it cannot be. */
  async open(): Promise<void> {
    const { listen, server } = this.#options;
    await listen();
    if (this.#hasEnded) server.server.close();
    else this.#unwatch = watchAccepts(server.server, () => this.#onDeaf());
  }

  /** Tries until it listens again, and says `message` then. */
  async reopen(message: string): Promise<void> {
    if (this.#hasEnded) return;
    const { server, name, onNote } = this.#options;
    this.#unwatch();
    // A Unix socket removes whatever has its name, so that comes first.
    server.server.close();
    try {
      await this.open();
      this.#lastProblem = null;
      onNote(message);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.#lastProblem) onNote(`${name} is gone: ${reason}`);
      this.#lastProblem = reason;
      // Nothing tells when what is in the way is gone.
      this.#retry = setTimeout(() => void this.reopen(message), RETRY_MS);
    }
  }

  /** Ends the listening, and all connections: answers under way get `graceMs` to be written. */
  async close(graceMs: number): Promise<void> {
    this.#hasEnded = true;
    clearTimeout(this.#retry);
    this.#unwatch();
    await this.#options.server.close(graceMs);
  }

  #onDeaf(): void {
    const { server, name } = this.#options;
    const missing = SPARE_DESCRIPTORS - countFreeDescriptors(SPARE_DESCRIPTORS);
    for (let count = 0; count < missing; count++) server.closeOne();
    if (missing > 0) return;
    void this.reopen(`${name} had stopped accepting, for want of descriptors; it does again`);
  }
}

/** Resolves when it listens, by what `begin` tells it to. Rejects with its error. */
export function listening(server: Server, begin: () => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.once("listening", resolve);
  begin();
  return promise.finally(() => {
    server.off("error", reject);
    server.off("listening", resolve);
  });
}
