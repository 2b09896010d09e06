/** The Unix socket of clients: where it lies, whom it lets in, and that it stays there. */
import { lstatSync, unlinkSync } from "node:fs";
import type { IncomingMessage, Server } from "node:http";
import { handleUpgrade } from "../control/attach_server.ts";
import { connect, type Socket } from "node:net";
import { BoundedServer } from "../control/bounded_server.ts";
import { type Caller, handleRequest, type RequestContext } from "../control/handle_request.ts";
import { ProblemError } from "../control/problem.ts";
import { BACKLOG, LastingServer, listening } from "./lasting_server.ts";
import { errorCode } from "../sys/process/find_command.ts";
import { peerCredentials } from "../sys/peer_credentials.ts";
import { closeOnExec } from "../sys/socket_descriptor.ts";
import { lookUpUser } from "../sys/privileges/user_database.ts";
import { watchPath } from "../sys/files/watch_path.ts";

const LIMITS = { connections: 512, idleMs: 60_000 };

export interface ControlSocketOptions
  extends Omit<RequestContext, "identify" | "requireJsonType" | "closing"> {
  readonly path: string;
  /** Permissions, such as 0o600. */
  readonly mode: number;
  onNote(message: string): void;
}

export class ControlSocket {
  readonly #options: ControlSocketOptions;
  readonly #server: BoundedServer;
  readonly #lasting: LastingServer;
  #unwatchPath: () => void = () => {};
  readonly #closing = new AbortController();

  constructor(options: ControlSocketOptions) {
    this.#options = options;
    const context: RequestContext = {
      controllerFor: (actor) => options.controllerFor(actor),
      onRequest: (request) => options.onRequest(request),
      onError: (error) => options.onError(error),
      identify,
      closing: this.#closing.signal,
      requireJsonType: false,
    };
    this.#server = new BoundedServer(
      (request, response) => handleRequest(request, response, context),
      (request, socket, head) => handleUpgrade(request, socket, head, context),
      LIMITS,
    );
    this.#lasting = new LastingServer({
      server: this.#server,
      name: "the control socket",
      listen: () => this.#listen(),
      onNote: (message) => options.onNote(message),
    });
  }

  /** Rejects with an error of one line when it cannot be. */
  open(): Promise<void> {
    return this.#lasting.open();
  }

  /** Answers under way get `graceMs` to be written. */
  async close(graceMs: number): Promise<void> {
    this.#closing.abort();
    this.#unwatchPath();
    await this.#lasting.close(graceMs);
  }

  async #listen(): Promise<void> {
    const { path, mode } = this.#options;
    this.#unwatchPath();
    await makeWay(path);
    await listen(this.#server.server, path, mode);
    if (this.#closing.signal.aborted) return;
    const { ino } = lstatSync(path);
    this.#unwatchPath = watchPath(path, () => {
      if (inodeOf(path) === ino) return;
      void this.#lasting.reopen(`${path} was removed by somebody; it is there again`);
    });
  }
}

/** Who is at the other end does not change, and the user database may be slow. */
const callers = new WeakMap<Socket, Caller>();

/** Throws a ProblemError for someone whom the kernel does not name. */
function identify({ socket }: IncomingMessage): Promise<Caller> {
  const caller = callers.get(socket) ?? callerOn(socket);
  callers.set(socket, caller);
  return Promise.resolve(caller);
}

function callerOn(socket: Socket): Caller {
  const peer = peerCredentials(socket);
  if (peer === null) {
    throw new ProblemError("forbidden", "it cannot be told who is at the other end of the socket");
  }
  const { uid } = peer;
  const user = lookUpUser(String(uid));
  const detail = user.ok ? user.value.name : "nobody known";
  // Who may open the socket may do everything: its mode is the guard.
  return { actor: { via: "socket", uid, detail }, mayDo: () => true };
}

/** Removes the socket that a taskmaster without a chance to clean up has left. */
async function makeWay(path: string): Promise<void> {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (!status.isSocket()) {
    throw new Error(`${JSON.stringify(path)} is in the way of the control socket: remove it`);
  }
  if (await isAnswered(path)) {
    throw new Error(`somebody else listens on the control socket ${JSON.stringify(path)}`);
  }
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}

/** The mode holds from the first moment: the umask, not a later chmod, keeps others out. */
async function listen(server: Server, path: string, mode: number): Promise<void> {
  const begin = () => {
    const before = Deno.umask(0o777 & ~mode);
    try {
      server.listen({ path, backlog: BACKLOG });
      if (server.listening) closeOnExec(server); // else "error" tells why not
    } finally {
      Deno.umask(before);
    }
  };
  try {
    await listening(server, begin);
  } catch (error) {
    throw cannotListen(path, error as Error);
  }
}

function cannotListen(path: string, error: Error): Error {
  return new Error(`cannot listen on the control socket ${JSON.stringify(path)}: ${error.message}`);
}

function inodeOf(path: string): number | null {
  return lstatSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
