/** An answer as HTTP has it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ProblemError } from "./problem.ts";

export function writeJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  write(response, status, new TextEncoder().encode(JSON.stringify(body) + "\n"), {
    "content-type": "application/json",
    ...headers,
  });
}

export function writeBytes(
  response: ServerResponse,
  bytes: Uint8Array,
  problem: string | null,
): void {
  write(response, 200, bytes, {
    "content-type": "application/octet-stream",
    ...(problem !== null && { "x-problem": encodeURIComponent(problem) }),
  });
}

export function writeText(response: ServerResponse, type: string, text: string): void {
  write(response, 200, new TextEncoder().encode(text), { "content-type": type });
}

/** Of a request whose body was not read to its end the connection is closed. */
export function writeProblem(
  request: IncomingMessage,
  response: ServerResponse,
  { problem, headers }: ProblemError,
): void {
  if (response.headersSent) return void response.destroy();
  // What is left of a body that was refused would be taken for the next request.
  const close: Record<string, string> = request.complete ? {} : { connection: "close" };
  writeJson(response, problem.status, problem, {
    ...headers,
    ...close,
    "content-type": "application/problem+json",
  });
}

export function write(
  response: ServerResponse,
  status: number,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, {
    "content-length": bytes.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(bytes);
}
