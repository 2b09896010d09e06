/** Attach over a WebSocket, for clients in other processes and for pages. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import * as z from "zod";
import type { Fault } from "../core/fault.ts";
import type { AttachListener, Attachment } from "../ports/attachment.ts";
import { type FromClient, type FromServer, NOT_ATTACHED } from "./attach_messages.ts";
import { BUG, onOver, parseUrl, type RequestContext } from "./handle_request.ts";
import { type Problem, ProblemError } from "./problem.ts";
import { attachQuery, windowSide } from "./requests.ts";
import { readQuery } from "./read_request.ts";
import { loadWebSockets, type WebSocket } from "./websockets.ts";

const PATH = /^\/v1\/processes\/([^/]+)\/attach$/;

/** Never throws. The socket is ours from now on. */
export async function handleUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Uint8Array,
  context: RequestContext,
): Promise<void> {
  let path = request.url ?? "/";
  const method = "ATTACH";
  socket.on("error", () => {}); // "close" follows
  try {
    const url = parseUrl(path);
    path = url.pathname;
    const caller = await context.identify(request);
    const { actor } = caller;
    const name = nameIn(path);
    const { confirms, ...query } = readQuery(url.searchParams, attachQuery) as z.output<
      typeof attachQuery
    >;
    if (!caller.mayDo(query.isReadOnly ? "read" : "operate")) {
      throw new ProblemError("forbidden", "this needs the right to operate, or readOnly=true");
    }
    const controller = context.controllerFor(actor);
    if (!query.isReadOnly) await controller.noteCommand(`attach ${name}`);
    const viewer = new Viewer(confirms, context.onError);
    const attached = await controller.attach(name, query, viewer.listener);
    if (!attached.ok) {
      if (request.headers.origin === undefined) throw notAttached(attached.error);
      return await tellBrowser(attached.error, { request, socket, head });
    }
    const client = await acceptOrEnd(attached.value, { request, socket, head });
    context.onRequest({ method, path, status: 101, actor });
    onOver(caller, context, () => client.close(GOING_AWAY), closedSignal(client));
    viewer.connect(client, attached.value);
  } catch (error) {
    const refusal = error instanceof ProblemError ? error : BUG;
    if (refusal === BUG) context.onError(error);
    context.onRequest({ method, path, status: refusal.problem.status, actor: null });
    refuse(socket, refusal);
  }
}

const LARGEST_MESSAGE = 65_536;
const GOING_AWAY = 1001;
const NORMAL = 1000;
const BAD_MESSAGE = 1003;
/** Some frames of a page's time to draw it. */
const MOST_UNTAKEN_BYTES = 65_536;
/** RFC 6455 allows no more. */
const LONGEST_REASON = 123;

/** A page cannot read the answer to a WebSocket that is refused, but why one was closed. */
async function tellBrowser({ message }: Fault, upgrade: Upgrade): Promise<void> {
  const client = await accept(upgrade);
  client.on("error", () => {}); // it has gone
  client.close(NOT_ATTACHED, cutText(message, LONGEST_REASON));
}

/** Whole characters, at most so many bytes of UTF-8. */
function cutText(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

function notAttached(fault: Fault): ProblemError {
  return new ProblemError("not_attached", fault.message, { fault });
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Uint8Array;
}

/** Throws a ProblemError; then the attachment is ended. */
async function acceptOrEnd(attachment: Attachment, upgrade: Upgrade): Promise<WebSocket> {
  try {
    return await accept(upgrade);
  } catch (error) {
    attachment.end();
    throw error;
  }
}

/** Throws a ProblemError. */
async function accept({ request, socket, head }: Upgrade): Promise<WebSocket> {
  try {
    const { WebSocketServer } = await loadWebSockets();
    // Made for this one: it holds nothing but options.
    const server = new WebSocketServer({
      noServer: true,
      maxPayload: LARGEST_MESSAGE,
      perMessageDeflate: false,
    });
    return await new Promise<WebSocket>((resolve, reject) => {
      socket.once("close", () => reject(new ProblemError("bad_request", "the client has gone")));
      server.handleUpgrade(request, socket, head, resolve);
    });
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    // Who is not root any more may not be able to read it.
    const reason = error instanceof Error ? error.message : String(error);
    throw notAttached({
      code: "no_terminal",
      message: `taskmaster has to be started again before its terminals can be used: ${reason}`,
    });
  }
}

/** What is between the terminal of a process and a WebSocket. */
class Viewer {
  readonly #onError: (error: unknown) => void;
  readonly #client = Promise.withResolvers<WebSocket>();
  readonly #confirms: boolean;
  /** What was sent and not confirmed. */
  #untakenBytes = 0;
  #onTaken: () => void = () => {};

  constructor(confirms: boolean, onError: (error: unknown) => void) {
    this.#confirms = confirms;
    this.#onError = onError;
  }

  readonly listener: AttachListener = async (piece) => {
    const client = await this.#client.promise;
    if (piece.kind === "bytes") {
      await send(client, piece.bytes);
      return await this.#taken(client, piece.bytes.length);
    }
    await send(client, JSON.stringify(piece satisfies FromServer));
    if (piece.kind === "end") client.close(NORMAL);
  };

  connect(client: WebSocket, attachment: Attachment): void {
    client.on("error", () => {}); // "close" follows
    client.on("close", () => {
      attachment.end();
      this.#onTaken();
    });
    client.on("message", (data, isBinary) => {
      if (isBinary) return void takeKeys(client, attachment, data).catch(this.#onError);
      const message = readMessage(data);
      if (message === null) client.close(BAD_MESSAGE, "neither keys nor a known message");
      else if (message.kind === "redraw") attachment.redraw();
      else if (message.kind === "resize") attachment.resize(message);
      else this.#take(message.bytes);
    });
    if (client.readyState !== client.OPEN) attachment.end();
    const first: FromServer = { kind: "attached", name: attachment.name };
    void send(client, JSON.stringify(first)).then(() => this.#client.resolve(client));
  }

  /**
   * A page reads all that comes before it draws any of it: only what it tells keeps it from being
   * behind by megabytes. Resolves when it may get more, or has gone.
   */
  async #taken(client: WebSocket, bytes: number): Promise<void> {
    if (!this.#confirms) return;
    this.#untakenBytes += bytes;
    while (this.#untakenBytes > MOST_UNTAKEN_BYTES && client.readyState === client.OPEN) {
      await new Promise<void>((resolve) => this.#onTaken = resolve);
    }
  }

  #take(bytes: number): void {
    this.#untakenBytes = Math.max(0, this.#untakenBytes - bytes);
    this.#onTaken();
  }
}

/** Nothing more is read from the client before the program has taken what it was sent. */
async function takeKeys(client: WebSocket, to: Attachment, keys: Uint8Array): Promise<void> {
  client.pause();
  await to.write(new Uint8Array(keys));
  client.resume();
}

/** Resolves when it is on its way, or the client is gone. */
function send(client: WebSocket, data: string | Uint8Array): Promise<void> {
  if (client.readyState !== client.OPEN) return Promise.resolve();
  return new Promise((resolve) => client.send(data, () => resolve()));
}

function closedSignal(client: WebSocket): AbortSignal {
  const closed = new AbortController();
  client.once("close", () => closed.abort());
  return closed.signal;
}

const clientMessage = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("resize"), columns: windowSide, rows: windowSide }),
  z.strictObject({ kind: z.literal("redraw") }),
  z.strictObject({ kind: z.literal("taken"), bytes: z.int().min(0) }),
]) satisfies z.ZodType<FromClient>;

function readMessage(data: Uint8Array): FromClient | null {
  try {
    return clientMessage.parse(JSON.parse(new TextDecoder().decode(data)));
  } catch {
    return null; // the client is told that it was not understood
  }
}

function nameIn(path: string): string {
  const name = PATH.exec(path)?.[1];
  if (name === undefined) throw new ProblemError("not_found", "nothing can be attached to here");
  try {
    return decodeURIComponent(name);
  } catch {
    throw new ProblemError("bad_request", "the path has a broken %-escape");
  }
}

function refuse(socket: Duplex, { problem, headers }: ProblemError): void {
  const body = JSON.stringify(problem satisfies Problem) + "\n";
  const lines = [
    `HTTP/1.1 ${problem.status} Refused`,
    "content-type: application/problem+json",
    `content-length: ${new TextEncoder().encode(body).length}`,
    "connection: close",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
