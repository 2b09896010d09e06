/** One request from its arrival to its answer. Never throws, never tells a stack. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Actor } from "../core/record.ts";
import type { Controller } from "../ports/controller.ts";
import type { Need } from "./api.ts";
import { EventStream } from "./event_stream.ts";
import { ProblemError } from "./problem.ts";
import { readBody, readQuery } from "./read_request.ts";
import { findRoute } from "./router.ts";
import { writeBytes, writeJson, writeProblem, writeText } from "./write_answer.ts";

/** Who asks, and what that one may do. */
export interface Caller {
  readonly actor: Actor;
  mayDo(need: Need): boolean;
  /** Aborted when the right to ask is over; absent for what holds as long as the connection. */
  readonly over?: AbortSignal;
}

export interface RequestContext {
  /** Throws a ProblemError. */
  identify(request: IncomingMessage): Promise<Caller>;
  controllerFor(actor: Actor): Controller;
  /** Aborted when the server ends: whoever follows something is told so. */
  readonly closing: AbortSignal;
  /** Bodies must say that they are JSON: a form in a browser cannot. */
  readonly requireJsonType: boolean;
  /**
   * Of what reads, when its answer is known or what is followed begins, and of what is refused; a
   * command has a record of its own. `actor` null: not known.
   */
  onRequest(request: { method: string; path: string; status: number; actor: Actor | null }): void;
  /** A bug. */
  onError(error: unknown): void;
}

export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: RequestContext,
): Promise<void> {
  const { method = "GET" } = request;
  let path = request.url ?? "/";
  let actor: Actor | null = null;
  let isNoted = false;
  const note = (status: number) => {
    if (!isNoted) context.onRequest({ method, path, status, actor });
    isNoted = true;
  };
  try {
    const url = parseUrl(path);
    path = url.pathname;
    const caller = await context.identify(request);
    actor = caller.actor;
    const { route, params } = findRoute(method, path);
    if (!caller.mayDo(route.need)) {
      throw new ProblemError("forbidden", `this needs the right to ${route.need}`);
    }
    const query = readQuery(url.searchParams, route.query);
    const body = method === "POST"
      ? await readBody(request, route.body, { requireType: context.requireJsonType })
      : undefined;
    const controller = context.controllerFor(actor);
    if (route.note !== undefined) await controller.noteCommand(route.note(body));
    const answer = await route.run({ controller, params, query, body });
    if (route.note === undefined) note(200);
    switch (answer.kind) {
      case "json":
        return writeJson(response, 200, answer.body);
      case "text":
        return writeText(response, answer.type, answer.text);
      case "bytes":
        return writeBytes(response, answer.bytes, answer.problem);
      case "events": {
        const stream = new EventStream(response);
        onOver(caller, context, () => stream.end(), stream.gone);
        if (method !== "HEAD") await answer.run(stream);
        return stream.end();
      }
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) context.onError(error);
    const refusal = error instanceof ProblemError ? error : BUG;
    note(refusal.problem.status);
    writeProblem(request, response, refusal);
  }
}

/** Calls it when the caller's right to go on is over; not after `gone`. */
export function onOver(
  { over }: Caller,
  { closing }: RequestContext,
  end: () => void,
  gone: AbortSignal,
): void {
  for (const signal of over === undefined ? [closing] : [closing, over]) {
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { signal: gone });
  }
}

/** What is told of a mistake of our own. */
export const BUG = new ProblemError("internal", "internal error; the log of taskmaster has more");

/** Of a request's first line; throws a ProblemError. */
export function parseUrl(text: string): URL {
  try {
    return new URL(text, "http://taskmaster");
  } catch {
    throw new ProblemError("bad_request", "the path cannot be read");
  }
}
