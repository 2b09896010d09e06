/** Server-sent events (WHATWG HTML, 9.2) to one reader, who may be slow or gone. */
import type { ServerResponse } from "node:http";

export class EventStream {
  readonly #response: ServerResponse;
  /** Aborted when the reader is gone. */
  readonly gone: AbortSignal;

  constructor(response: ServerResponse) {
    this.#response = response;
    const gone = new AbortController();
    this.gone = gone.signal;
    response.once("close", () => gone.abort());
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    response.flushHeaders();
  }

  /**
   * `data` becomes JSON, which has no line breaks. Resolves when there is room for more. After the
   * end nothing is sent: what is followed may go on while the server is already closing.
   */
  send(event: string, data: unknown, id?: number): Promise<void> {
    if (this.gone.aborted || this.#response.writableEnded) return Promise.resolve();
    const head = id === undefined ? "" : `id: ${id}\n`;
    const hasRoom = this.#response.write(
      `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
    );
    return hasRoom ? Promise.resolve() : this.#drained();
  }

  end(): void {
    this.#response.end();
  }

  #drained(): Promise<void> {
    if (this.gone.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#response.off("drain", done);
        this.gone.removeEventListener("abort", done);
        resolve();
      };
      this.#response.once("drain", done);
      this.gone.addEventListener("abort", done, { once: true });
    });
  }
}
