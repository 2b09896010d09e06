/** The control interface on TCP: nobody gets in without a password or a token. */
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { handleUpgrade } from "../control/attach_server.ts";
import { BoundedServer } from "../control/bounded_server.ts";
import { type Accounts, Credentials } from "../control/credentials.ts";
import { type Caller, handleRequest, type RequestContext } from "../control/handle_request.ts";
import { ProblemError } from "../control/problem.ts";
import { isAllowedHost, isAllowedOrigin } from "../control/request_origin.ts";
import type { PageFiles } from "../control/page_files.ts";
import { mayDo } from "../control/roles.ts";
import { Sessions } from "../control/sessions.ts";
import { refusalOf, SignIn } from "../control/sign_in.ts";
import type { Role } from "../core/http_settings.ts";
import type { HttpSettings } from "../core/http_settings.ts";
import type { SessionStore } from "../ports/session_store.ts";
import { systemClock } from "../sys/clock.ts";
import { BACKLOG, LastingServer, listening } from "./lasting_server.ts";

const LIMITS = { connections: 256, idleMs: 30_000 };

export interface ControlTcpOptions
  extends Omit<RequestContext, "identify" | "requireJsonType" | "closing"> {
  readonly http: HttpSettings;
  readonly accounts: Accounts;
  readonly page: PageFiles | null;
  readonly sessions: SessionStore;
  onNote(message: string): void;
}

export class ControlTcp {
  readonly #server: BoundedServer;
  readonly #lasting: LastingServer;
  /** The one that was got, for 0 stands for any. */
  #port: number;
  readonly #credentials: Credentials;
  /** What goes on with the rights that were given under the present settings. */
  #closing = new AbortController();
  readonly #sessions: Sessions;
  readonly #signIn: SignIn;
  #http: HttpSettings;

  constructor({ http, accounts, page, sessions, onNote, ...context }: ControlTcpOptions) {
    this.#http = http;
    this.#port = http.listen.port;
    this.#credentials = new Credentials({ ...accounts, now: () => systemClock.now() });
    this.#sessions = new Sessions({ accounts, clock: systemClock, store: sessions });
    this.#signIn = new SignIn({
      page,
      credentials: this.#credentials,
      sessions: this.#sessions,
      checkOrigin: (request) => this.#checkOrigin(request),
      onRequest: (request) => context.onRequest(request),
      onError: (error) => context.onError(error),
    });
    const whole = (): RequestContext => ({
      ...context,
      identify: (request) => this.#identify(request),
      requireJsonType: true,
      closing: this.#closing.signal,
    });
    this.#server = new BoundedServer(
      async (request, response) => {
        if (await this.#signIn.handle(request, response)) return;
        await handleRequest(request, response, whole());
      },
      (request, socket, head) => handleUpgrade(request, socket, head, whole()),
      LIMITS,
    );
    this.#lasting = new LastingServer({
      server: this.#server,
      name: "the control interface on TCP",
      listen: () => this.#listen(),
      onNote,
    });
  }

  /** "127.0.0.1:9001". Rejects with an error of one line. */
  async open(): Promise<string> {
    await this.#lasting.open();
    const { address, port } = this.#server.server.address() as AddressInfo;
    return shown(address, port);
  }

  /**
   * Takes over what a reload may change: everything but where it listens. Ends what is followed and
   * attached, for the rights to it may be gone.
   */
  configure(http: HttpSettings, accounts: Accounts): void {
    this.#http = { ...http, listen: this.#http.listen };
    this.#credentials.replace(accounts);
    this.#sessions.replace(accounts);
    // Whoever may still do what is open asks for it again.
    this.#closing.abort();
    this.#closing = new AbortController();
  }

  async close(graceMs: number): Promise<void> {
    this.#closing.abort();
    await Promise.all([this.#lasting.close(graceMs), this.#sessions.kept()]);
  }

  async #listen(): Promise<void> {
    const { server } = this.#server;
    const { host } = this.#http.listen;
    try {
      await listening(server, () => server.listen({ port: this.#port, host, backlog: BACKLOG }));
    } catch (error) {
      const { message } = error as Error;
      throw new Error(`cannot serve taskmaster.http on ${shown(host, this.#port)}: ${message}`);
    }
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Throws a ProblemError. */
  #checkOrigin({ headers }: IncomingMessage): void {
    if (!isAllowedHost(headers.host, this.#http)) {
      throw new ProblemError(
        "forbidden",
        "the Host header names somebody else; further names belong into taskmaster.http.hosts",
      );
    }
    if (!isAllowedOrigin(headers.origin, headers.host)) {
      throw new ProblemError("forbidden", "requests from other origins are refused");
    }
  }

  async #identify(request: IncomingMessage): Promise<Caller> {
    this.#checkOrigin(request);
    const { headers, socket } = request;
    const from = socket.remoteAddress ?? "";
    if (headers.authorization === undefined) {
      const signedIn = this.#signIn.identify(request);
      if (signedIn !== null) return { ...callerFor(signedIn, from), over: signedIn.over };
    }
    const verdict = await this.#credentials.verify(headers.authorization, from);
    if (verdict.kind === "accepted") return callerFor(verdict, from);
    throw refusalOf(verdict, "a password or a token is needed", request);
  }
}

function callerFor({ name, role }: { name: string; role: Role }, from: string): Caller {
  return {
    actor: { via: "http", detail: `${name}@${from}` },
    mayDo: (need) => mayDo(role, need),
  };
}

function shown(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
