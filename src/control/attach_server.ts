/** Attach over a WebSocket, for clients in other processes and for pages. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import * as z from "zod";
import type { AttachListener, Attachment } from "../ports/attachment.ts";
import type { Controller } from "../ports/controller.ts";
import type { FromClient, FromServer } from "./attach_messages.ts";
import type { RequestContext } from "./handle_request.ts";
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
  const path = new URL(request.url ?? "/", "http://taskmaster").pathname;
  const method = "ATTACH";
  try {
    const caller = await context.identify(request);
    const { actor } = caller;
    const name = nameIn(path);
    const query = readQuery(searchOf(request), attachQuery) as z.output<typeof attachQuery>;
    if (!caller.mayDo(query.isReadOnly ? "read" : "operate")) {
      throw new ProblemError("forbidden", "this needs the right to operate, or readOnly=true");
    }
    const { WebSocketServer } = await loadWebSockets();
    // Made for this one: it holds nothing but options.
    const server = new WebSocketServer({
      noServer: true,
      maxPayload: LARGEST_MESSAGE,
      perMessageDeflate: false,
    });
    const client = await new Promise<WebSocket>((resolve) => {
      server.handleUpgrade(request, socket, head as never, resolve);
    });
    context.onRequest({ method, path, status: 101, actor });
    const controller = context.controllerFor(actor);
    if (!query.isReadOnly) await controller.noteCommand(`attach ${name}`);
    context.closing.addEventListener("abort", () => client.close(GOING_AWAY), {
      signal: closedSignal(client),
    });
    await serve(client, (listener) => controller.attach(name, query, listener), context);
  } catch (error) {
    const refusal = error instanceof ProblemError ? error : BUG;
    if (refusal === BUG) context.onError(error);
    context.onRequest({ method, path, status: refusal.problem.status, actor: null });
    refuse(socket, refusal);
  }
}

const BUG = new ProblemError("internal", "internal error; the log of taskmaster has more");
const LARGEST_MESSAGE = 65_536;
const GOING_AWAY = 1001;
const NORMAL = 1000;
const BAD_MESSAGE = 1003;

type Attach = (listener: AttachListener) => ReturnType<Controller["attach"]>;

async function serve(client: WebSocket, attach: Attach, context: RequestContext): Promise<void> {
  const isReady = Promise.withResolvers<void>();
  const tell = (message: FromServer) => send(client, JSON.stringify(message));
  let attachment: Attachment | null = null;
  client.on("error", () => {}); // "close" follows
  client.on("close", () => attachment?.end());
  client.on("message", (data: Uint8Array, isBinary: boolean) => {
    if (attachment === null) return;
    if (isBinary) return void takeKeys(client, attachment, data);
    const message = readMessage(data);
    if (message === null) client.close(BAD_MESSAGE, "neither keys nor a known message");
    else if (message.kind === "redraw") attachment.redraw();
    else attachment.resize(message);
  });
  try {
    const reply = await attach(async (piece) => {
      await isReady.promise;
      if (piece.kind === "bytes") return await send(client, piece.bytes);
      await tell(piece);
      if (piece.kind === "end") client.close(NORMAL);
    });
    if (!reply.ok) {
      await tell({ kind: "refused", fault: reply.error });
      return client.close(NORMAL);
    }
    attachment = reply.value;
    if (client.readyState !== client.OPEN) attachment.end();
    await tell({ kind: "attached", name: attachment.name });
    isReady.resolve();
  } catch (error) {
    context.onError(error);
    client.terminate();
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

function searchOf({ url = "/" }: IncomingMessage): URLSearchParams {
  return new URL(url, "http://taskmaster").searchParams;
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
