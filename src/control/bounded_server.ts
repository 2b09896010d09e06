/** An HTTP server that its clients cannot make hold more than is reasonable. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** The idle deadline below takes the place of node's own, for which it wakes up every 30 seconds. */
const OPTIONS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 0,
  requestTimeout: 0,
  keepAliveTimeout: 0,
  connectionsCheckingInterval: 2 ** 31 - 1,
};

export interface ServerLimits {
  /** Beyond it the connection that has been idle longest is closed, or else the oldest. */
  readonly connections: number;
  /** How long a connection may go without a whole request being read from it. */
  readonly idleMs: number;
}

export class BoundedServer {
  readonly #limits: ServerLimits;
  readonly #server: Server;
  /** Connections without a request under way, the longest idle first, each with its deadline. */
  readonly #idle = new Map<Socket, ReturnType<typeof setTimeout>>();
  /** All connections, the oldest first, each with the number of its answers under way. */
  readonly #all = new Map<Socket, number>();

  constructor(
    handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
    /** The connection is given away. */
    upgrade: (request: IncomingMessage, socket: Duplex, head: Uint8Array) => Promise<void>,
    limits: ServerLimits,
  ) {
    this.#limits = limits;
    this.#server = createServer(OPTIONS, (request, response) => {
      const { socket } = request;
      this.#setBusy(socket);
      this.#count(socket, 1);
      response.once("close", () => {
        // A client need not wait for one answer before it sends its next request.
        if (this.#count(socket, -1) === 0) this.#setIdle(socket);
      });
      void handle(request, response);
    });
    this.#server.on("upgrade", (request, socket, head) => {
      this.#setBusy(request.socket);
      void upgrade(request, socket, head);
    });
    this.#server.on("connection", (socket) => this.#accept(socket));
    this.#server.on("clientError", (_error, socket) => {
      if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
      else socket.destroy();
    });
  }

  /** The server to be told where to listen; its errors are the caller's. */
  get server(): Server {
    return this.#server;
  }

  /** Ends the listening, and all connections: those with an answer under way after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of [...this.#idle.keys()]) socket.destroy();
    const deadline = setTimeout(() => {
      for (const socket of [...this.#all.keys()]) socket.destroy();
    }, graceMs);
    await closed;
    clearTimeout(deadline);
  }

  /**
   * Makes room for another. Never the one that has just come: who holds all the others must not keep
   * everybody out.
   */
  closeOne(): void {
    const [longestIdle] = this.#idle.keys();
    const [oldest] = this.#all.keys();
    const socket = longestIdle ?? oldest;
    if (socket === undefined) return;
    socket.destroy();
    this.#forget(socket);
  }

  #accept(socket: Socket): void {
    if (this.#all.size >= this.#limits.connections) this.closeOne();
    this.#all.set(socket, 0);
    socket.once("close", () => this.#forget(socket));
    socket.on("error", () => {}); // "close" follows, which is all that matters here
    this.#setIdle(socket);
  }

  #forget(socket: Socket): void {
    this.#all.delete(socket);
    this.#setBusy(socket);
  }

  #count(socket: Socket, change: 1 | -1): number {
    const count = (this.#all.get(socket) ?? 0) + change;
    if (this.#all.has(socket)) this.#all.set(socket, count);
    return count;
  }

  #setIdle(socket: Socket): void {
    if (socket.destroyed) return;
    this.#setBusy(socket);
    this.#idle.set(socket, setTimeout(() => socket.destroy(), this.#limits.idleMs));
  }

  #setBusy(socket: Socket): void {
    clearTimeout(this.#idle.get(socket));
    this.#idle.delete(socket);
  }
}
