/** What is served to those who are not signed in yet: the page, its sign-in, and `/healthz`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import type { Credentials, Verdict } from "./credentials.ts";
import { BUG, type RequestContext } from "./handle_request.ts";
import { type PageFiles, writePageFile } from "./page_files.ts";
import { ProblemError } from "./problem.ts";
import { readBody } from "./read_request.ts";
import { cookieIn, isSame, type Sessions, type SignedIn } from "./sessions.ts";
import { writeJson, writeProblem, writeText } from "./write_answer.ts";

/** The page asks with it; then a refusal does not make the browser ask for a password itself. */
const PAGE_HEADER = "x-taskmaster-page";
const CSRF_HEADER = "x-csrf-token";
const NOT_BUILT = "the web page was not built; `deno task page` does that. The API is at /v1/\n";
const LONGEST_FIELD = 1024;

const signInBody = z.union([
  z.strictObject({
    user: z.string().min(1).max(LONGEST_FIELD),
    password: z.string().max(LONGEST_FIELD),
  }),
  z.strictObject({ token: z.string().min(1).max(LONGEST_FIELD) }),
]);

export interface SignInOptions {
  readonly page: PageFiles | null;
  readonly credentials: Credentials;
  readonly sessions: Sessions;
  /** Throws a ProblemError for a request of another origin or to another host. */
  checkOrigin(request: IncomingMessage): void;
  readonly onRequest: RequestContext["onRequest"];
  readonly onError: RequestContext["onError"];
}

export class SignIn {
  readonly #options: SignInOptions;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** False when the request is somebody else's to answer. Never throws. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { method = "GET", url = "/" } = request;
    const path = url.replace(/\?.*/s, "");
    const handler = this.#handlerOf(method === "HEAD" ? "GET" : method, path);
    if (handler === null) return false;
    const { onRequest, onError, checkOrigin } = this.#options;
    try {
      // Who watches whether we live may call us by any name, and learns nothing else.
      if (path !== "/healthz") checkOrigin(request);
      await handler(request, response);
      onRequest({ method, path, status: response.statusCode, actor: null });
    } catch (error) {
      if (!(error instanceof ProblemError)) onError(error);
      const refusal = error instanceof ProblemError ? error : BUG;
      onRequest({ method, path, status: refusal.problem.status, actor: null });
      writeProblem(request, response, refusal);
    }
    return true;
  }

  /**
   * Who has sent the cookie; null without one that counts. Throws a ProblemError when a request that
   * can change something does not prove that it is the page's own.
   */
  identify(request: IncomingMessage): SignedIn | null {
    const { headers, method } = request;
    const id = cookieIn(headers.cookie, cookieName(request));
    const signedIn = id === null ? null : this.#options.sessions.find(id);
    if (signedIn === null) return null;
    // A WebSocket cannot have headers of its own; browsers tell where it comes from, always.
    const isOwn = headers.upgrade !== undefined
      ? headers.origin !== undefined
      : method === "GET" || method === "HEAD" ||
        isSame(String(headers[CSRF_HEADER] ?? ""), signedIn.csrf);
    if (!isOwn) throw new ProblemError("forbidden", `${CSRF_HEADER} is missing or wrong`);
    return signedIn;
  }

  #handlerOf(method: string, path: string): Handler | null {
    const { page } = this.#options;
    switch (`${method} ${path}`) {
      case "GET /healthz":
        return (_, response) => writeText(response, "text/plain; charset=utf-8", "ok\n");
      case "GET /v1/session":
        return (request, response) => this.#tell(request, response);
      case "POST /v1/session":
        return (request, response) => this.#begin(request, response);
      case "POST /v1/session/end":
        return (request, response) => this.#end(request, response);
    }
    if (method !== "GET") return null;
    const file = page?.get(path);
    if (file !== undefined) return (request, response) => writePageFile(request, response, file);
    if (path !== "/") return null;
    return (_, response) => writeText(response, "text/plain; charset=utf-8", NOT_BUILT);
  }

  #tell(request: IncomingMessage, response: ServerResponse): void {
    const signedIn = this.identify(request);
    if (signedIn === null) throw new ProblemError("unauthorized", "nobody is signed in");
    writeJson(response, 200, shown(signedIn));
  }

  async #begin(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, signInBody, { requireType: true }) as z.output<
      typeof signInBody
    >;
    const header = "token" in body
      ? `Bearer ${body.token.trim()}`
      : `Basic ${base64(`${body.user}:${body.password}`)}`;
    const { credentials, sessions } = this.#options;
    const from = request.socket.remoteAddress ?? "";
    const verdict = await credentials.verify(header, from);
    if (verdict.kind !== "accepted") {
      throw refusalOf(verdict, "this name and password, or this token, are not known");
    }
    const kind = "token" in body ? "token" : "user";
    const id = sessions.begin({ kind, name: verdict.name });
    const signedIn = id === null ? null : sessions.find(id);
    if (id === null || signedIn === null) {
      throw refusalOf({ kind: "refused" }, "not known any more");
    }
    writeJson(response, 200, shown(signedIn), {
      "set-cookie": `${cookieName(request)}=${id}; Path=/; HttpOnly; SameSite=Strict`,
    });
  }

  async #end(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { sessions } = this.#options;
    const name = cookieName(request);
    const id = cookieIn(request.headers.cookie, name);
    if (id !== null && this.identify(request) !== null) sessions.end(id);
    await sessions.kept();
    writeJson(response, 200, {}, {
      "set-cookie": `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`,
    });
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Ports share their cookies, so that each taskmaster of a machine needs a name of its own. */
function cookieName({ socket }: IncomingMessage): string {
  return `taskmaster_${socket.localPort}`;
}

function shown({ kind, name, role, csrf }: SignedIn): Record<string, string> {
  return { kind, name, role, csrf };
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** What is told to whom is not let in; `request`: a browser asks for a password unless the page does. */
export function refusalOf(
  verdict: Exclude<Verdict, { kind: "accepted" }>,
  detail: string,
  request?: IncomingMessage,
): ProblemError {
  if (verdict.kind === "wait") {
    const seconds = verdict.retryAfterSeconds;
    return new ProblemError(
      "too_many_requests",
      `too many failed attempts; wait ${seconds} s`,
      {},
      { "retry-after": String(seconds) },
    );
  }
  const asksItself = request === undefined || PAGE_HEADER in request.headers;
  return new ProblemError(
    "unauthorized",
    detail,
    {},
    asksItself ? {} : {
      "www-authenticate": 'Basic realm="taskmaster", charset="UTF-8"',
    },
  );
}
