/**
 * What is used of the package `ws`. Its own types come with all of @types/node, which then takes the
 * place of the runtime's types everywhere.
 */
import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

export class WebSocket {
  constructor(
    url: string,
    options: { createConnection(): Duplex; perMessageDeflate: boolean; origin?: string },
  );
  readonly readyState: number;
  readonly OPEN: number;
  on(event: "message", listener: (data: Buffer, isBinary: boolean) => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  on(event: "close", listener: (code: number, reason: Buffer) => void): this;
  on(
    event: "unexpected-response",
    listener: (request: unknown, response: IncomingMessage) => void,
  ): this;
  once(event: "close" | "message", listener: () => void): this;
  send(data: string | Uint8Array, done?: (error?: Error) => void): void;
  /** Nothing is read from the connection until `resume`. */
  pause(): void;
  resume(): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
}

export class WebSocketServer {
  constructor(options: { noServer: true; maxPayload: number; perMessageDeflate: boolean });
  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Uint8Array,
    onUpgraded: (client: WebSocket) => void,
  ): void;
}
