/// <reference lib="dom" />
/** The WebSocket between a terminal in the page and a process. */
import { type FromClient, type FromServer, NOT_ATTACHED } from "../../control/attach_messages.ts";
import type { JournalRecord } from "../../core/record.ts";
import type { WindowSize } from "../../ports/attachment.ts";

export type Ending =
  /** The process has come to rest. */
  | { readonly kind: "process_ended" }
  | { readonly kind: "refused"; readonly reason: string }
  /** taskmaster is gone, or the way to it, or the right to do this. */
  | { readonly kind: "lost" };

export interface ConnectionOptions {
  readonly name: string;
  readonly size: WindowSize;
  readonly isReadOnly: boolean;
  onAttached(): void;
  onBytes(bytes: Uint8Array): void;
  onRecord(record: JournalRecord): void;
  /** Called once, last; not after `close`. */
  onEnd(ending: Ending): void;
}

/** What waits for the network; more than that is not typed. */
const MOST_WAITING_BYTES = 1 << 20;

export class Connection {
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  #ending: Ending = { kind: "lost" };
  #isOver = false;

  constructor(options: ConnectionOptions) {
    const { name, size, isReadOnly } = options;
    this.#options = options;
    const query = new URLSearchParams({
      columns: String(size.columns),
      rows: String(size.rows),
      readOnly: String(isReadOnly),
      confirms: "true",
    });
    this.#socket = new WebSocket(`/v1/processes/${encodeURIComponent(name)}/attach?${query}`);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("message", ({ data }) => this.#take(data));
    this.#socket.addEventListener("close", ({ code, reason }) => {
      if (this.#isOver) return;
      this.#isOver = true;
      options.onEnd(code === NOT_ATTACHED ? { kind: "refused", reason } : this.#ending);
    });
  }

  write(keys: Uint8Array): void {
    const { readyState, bufferedAmount } = this.#socket;
    if (readyState !== WebSocket.OPEN || bufferedAmount > MOST_WAITING_BYTES) return;
    // The server takes no larger messages.
    for (let from = 0; from < keys.length; from += 16_384) {
      this.#socket.send(keys.slice(from, from + 16_384));
    }
  }

  resize({ columns, rows }: WindowSize): void {
    this.#send({ kind: "resize", columns, rows });
  }

  /** So many bytes are drawn: more may come. */
  confirm(bytes: number): void {
    this.#send({ kind: "taken", bytes });
  }

  close(): void {
    this.#isOver = true;
    this.#socket.close();
  }

  #take(data: ArrayBuffer | string): void {
    if (this.#isOver) return;
    if (typeof data !== "string") return this.#options.onBytes(new Uint8Array(data));
    const message: FromServer = JSON.parse(data);
    switch (message.kind) {
      case "attached":
        return this.#options.onAttached();
      case "record":
        return this.#options.onRecord(message.record);
      case "end":
        if (message.reason === "process_ended") this.#ending = { kind: "process_ended" };
    }
  }

  #send(message: FromClient): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
