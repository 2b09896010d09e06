/** The terminal of a process of a taskmaster that runs elsewhere. */
import { connect } from "node:net";
import { err, ok, type Result } from "../../base/result.ts";
import type { Fault } from "../../core/fault.ts";
import type { AttachListener, Attachment, AttachOptions } from "../../ports/attachment.ts";
import { RefusedError, UnreachableError } from "../../ports/remote_errors.ts";
import type { FromClient, FromServer } from "../attach_messages.ts";
import type { Problem } from "../problem.ts";
import { loadWebSockets, type WebSocket } from "../websockets.ts";

export interface RemoteAttachRequest {
  /** Of the Unix socket. */
  readonly path: string;
  readonly name: string;
  readonly options: AttachOptions;
  readonly listener: AttachListener;
}

/** Throws an UnreachableError or a RefusedError. */
export async function attachRemotely(
  { path, name, options, listener }: RemoteAttachRequest,
): Promise<Result<Attachment, Fault>> {
  const { WebSocket } = await loadWebSockets();
  const query = new URLSearchParams({
    columns: String(options.columns),
    rows: String(options.rows),
    readOnly: String(options.isReadOnly),
    limitsSize: String(options.limitsSize),
  });
  const url = `ws://taskmaster/v1/processes/${encodeURIComponent(name)}/attach?${query}`;
  const socket = new WebSocket(url, {
    createConnection: () => connect(path),
    perMessageDeflate: false,
  });
  const first = Promise.withResolvers<Result<Attachment, Fault>>();
  const session = new Session(socket, listener, first.resolve);
  socket.on("unexpected-response", (_request, response) => {
    void refusal(response).then((error) => {
      if (!(error instanceof RefusedError) || error.code !== "not_attached") first.reject(error);
      else first.resolve(err(error.details.fault as Fault));
    });
  });
  socket.on("error", (cause) => {
    first.reject(new UnreachableError(`taskmaster does not answer on ${path}`, { cause }));
  });
  socket.on("message", (data: Uint8Array, isBinary: boolean) => session.take(data, isBinary));
  socket.on("close", () => {
    first.reject(new UnreachableError("taskmaster has gone away"));
    session.lose();
  });
  return await first.promise;
}

class Session implements Attachment {
  name = "";
  readonly #socket: WebSocket;
  readonly #listener: AttachListener;
  readonly #onFirst: (first: Result<Attachment, Fault>) => void;
  #isOver = false;
  /** The listener takes one piece after the other. */
  #taken: Promise<void> = Promise.resolve();

  constructor(
    socket: WebSocket,
    listener: AttachListener,
    onFirst: (first: Result<Attachment, Fault>) => void,
  ) {
    this.#socket = socket;
    this.#listener = listener;
    this.#onFirst = onFirst;
  }

  /** Nothing more is read from the socket before the listener has taken this. */
  take(data: Uint8Array, isBinary: boolean): void {
    if (isBinary) return this.#pass({ kind: "bytes", bytes: new Uint8Array(data) });
    const message: FromServer = JSON.parse(new TextDecoder().decode(data));
    switch (message.kind) {
      case "attached":
        this.name = message.name;
        return this.#onFirst(ok(this));
      default:
        return this.#pass(message);
    }
  }

  lose(): void {
    if (this.name !== "") this.#pass({ kind: "end", reason: "supervisor_ended" });
  }

  write(keys: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#socket.send(keys, () => resolve()));
  }

  resize({ columns, rows }: { readonly columns: number; readonly rows: number }): void {
    this.#send({ kind: "resize", columns, rows });
  }

  redraw(): void {
    this.#send({ kind: "redraw" });
  }

  end(): void {
    this.#isOver = true;
    this.#socket.close();
  }

  #send(message: FromClient): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #pass(piece: Parameters<AttachListener>[0]): void {
    if (this.#isOver) return;
    if (piece.kind === "end") this.#isOver = true;
    const isOpen = this.#socket.readyState === this.#socket.OPEN;
    if (isOpen) this.#socket.pause();
    this.#taken = this.#taken.then(() => this.#listener(piece)).then(
      () => isOpen && this.#socket.resume(),
      () => this.end(),
    ).then(() => {});
  }
}

async function refusal(response: AsyncIterable<Uint8Array>): Promise<Error> {
  let text = "";
  for await (const chunk of response) text += new TextDecoder().decode(chunk);
  try {
    const problem: Problem = JSON.parse(text);
    return new RefusedError(problem.code, problem.detail, problem);
  } catch (cause) {
    return new UnreachableError("what answers is no taskmaster", { cause });
  }
}
