/** Requests to a running taskmaster through its Unix socket. */
import type { Problem } from "../problem.ts";
import { RefusedError, UnreachableError } from "../../ports/remote_errors.ts";

export interface RequestOptions {
  /** A list becomes one parameter for each item. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** The answer comes when something is done, which may take any time. */
  readonly mayTakeLong?: boolean;
}

export interface ConnectionOptions {
  /**
   * A request has had no answer for some seconds that should have had one at once; it is waited for
   * all the same. Called once, and again only after an answer.
   */
  readonly onSilent?: () => void;
  readonly silenceMs?: number;
}

/** Longer than any machine under load needs for an answer. */
const SILENCE_MS = 5000;

export class Connection {
  readonly path: string;
  readonly #client: Deno.HttpClient;
  readonly #onSilent: () => void;
  readonly #silenceMs: number;
  #isSilent = false;

  constructor(path: string, options: ConnectionOptions = {}) {
    const { onSilent = () => {}, silenceMs = SILENCE_MS } = options;
    this.path = path;
    this.#onSilent = onSilent;
    this.#silenceMs = silenceMs;
    this.#client = Deno.createHttpClient({ proxy: { transport: "unix", path } });
  }

  /** The answer's JSON. Throws an UnreachableError or a RefusedError. */
  async json<T>(method: "GET" | "POST", path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.open(method, path, options);
    try {
      return await response.json();
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  /** The answer, whose body the caller reads to its end or cancels. Throws as `json` does. */
  async open(
    method: "GET" | "POST",
    path: string,
    { query = {}, body, signal, mayTakeLong = false }: RequestOptions = {},
  ): Promise<Response> {
    const timer = mayTakeLong ? undefined : setTimeout(() => this.#noteSilence(), this.#silenceMs);
    let response: Response;
    try {
      response = await fetch(`http://taskmaster${path}${queryText(query)}`, {
        method,
        client: this.#client,
        ...(method === "POST" && {
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body ?? {}),
        }),
        ...(signal !== undefined && { signal }),
      });
    } catch (error) {
      throw this.#unreachable(error);
    } finally {
      clearTimeout(timer);
    }
    this.#isSilent = false;
    if (response.ok) return response;
    throw await this.#refusal(response);
  }

  close(): void {
    this.#client.close();
  }

  #noteSilence(): void {
    if (this.#isSilent) return;
    this.#isSilent = true;
    this.#onSilent();
  }

  async #refusal(response: Response): Promise<Error> {
    try {
      const problem: Problem = await response.json();
      return new RefusedError(problem.code, problem.detail, problem);
    } catch {
      return new UnreachableError(`${this.path} answers with status ${response.status}`);
    }
  }

  #unreachable(cause: unknown): UnreachableError {
    const isOurs = cause instanceof Error && cause.name === "AbortError";
    return new UnreachableError(
      isOurs ? "called off" : `taskmaster does not answer on ${this.path}`,
      { cause },
    );
  }
}

function queryText(query: NonNullable<RequestOptions["query"]>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) search.append(name, String(item));
  }
  return search.size === 0 ? "" : `?${search}`;
}
