/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Requests of the page to the taskmaster that it came from. */
import { readEvents, type ServerEvent } from "../control/client/event_reader.ts";

/** Who is signed in. */
export interface Session {
  readonly name: string;
  readonly role: "read-only" | "operator" | "admin";
  readonly csrf: string;
}

/** What the server refuses, or its absence: then `status` is 0. */
export class ApiError extends Error {
  readonly status: number;
  /** Further facts of the problem. */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, problem: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

export type Credentials =
  | { readonly user: string; readonly password: string }
  | { readonly token: string };

const PAGE_HEADER = { "x-taskmaster-page": "1" };

export class Api {
  #csrf = "";

  /** Who is signed in already. Throws an ApiError, as all that follow. */
  async session(): Promise<Session> {
    return this.#remember(await this.get<Session>("/v1/session"));
  }

  async signIn(credentials: Credentials): Promise<Session> {
    return this.#remember(await this.post<Session>("/v1/session", credentials));
  }

  async signOut(): Promise<void> {
    await this.post("/v1/session/end", {});
    this.#csrf = "";
  }

  async get<T>(path: string): Promise<T> {
    return await (await this.#open(path)).json();
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const response = await this.#open(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf-token": this.#csrf },
      body: JSON.stringify(body),
    });
    return await response.json();
  }

  /** Ends when the server ends it; throws when the connection is lost or `signal` is aborted. */
  async events(path: string, signal: AbortSignal): Promise<AsyncGenerator<ServerEvent, void>> {
    const response = await this.#open(path, { signal });
    return readEvents(iterable(response.body as ReadableStream<Uint8Array<ArrayBuffer>>));
  }

  #remember(session: Session): Session {
    this.#csrf = session.csrf;
    return session;
  }

  async #open(path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(path, { ...init, headers: { ...PAGE_HEADER, ...init.headers } });
    } catch (error) {
      throw new ApiError(0, "taskmaster does not answer", { cause: String(error) });
    }
    if (response.ok) return response;
    const problem = await response.json().catch(() => ({}));
    throw new ApiError(response.status, problem.detail ?? `status ${response.status}`, problem);
  }
}

/** "select=a&select=b", to follow a "?". */
export function selecting(names: readonly string[]): string {
  return names.map((name) => `select=${encodeURIComponent(name)}`).join("&");
}

/** Not every browser can iterate over a stream. */
function iterable<T extends ReadableStream>(stream: T): T {
  const { prototype } = ReadableStream;
  if (!(Symbol.asyncIterator in prototype)) {
    Object.defineProperty(prototype, Symbol.asyncIterator, { value: readAll });
  }
  return stream;
}

async function* readAll(this: ReadableStream): AsyncGenerator<unknown, void> {
  const reader = this.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}
