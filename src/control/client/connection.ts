/** Requests to a running taskmaster through its Unix socket. */
import type { Problem } from "../problem.ts";
import { RefusedError, UnreachableError } from "../../ports/remote_errors.ts";

export interface RequestOptions {
  /** A list becomes one parameter for each item. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export class Connection {
  readonly path: string;
  readonly #client: Deno.HttpClient;

  constructor(path: string) {
    this.path = path;
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
    { query = {}, body, signal }: RequestOptions = {},
  ): Promise<Response> {
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
    }
    if (response.ok) return response;
    throw await this.#refusal(response);
  }

  close(): void {
    this.#client.close();
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
