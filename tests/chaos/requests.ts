/** Requests to a taskmaster that may be dead, or die while it answers. */
import type { Snapshot } from "../../src/core/snapshot.ts";
import type { SupervisorVersion } from "../../src/ports/controller.ts";
import { connectTo, parseAnswer, readToEnd, requestText, writeAll } from "../support/raw_http.ts";
import type { Place } from "../support/taskmaster_place.ts";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly limitMs?: number;
  /** Called when somebody listens, who is about to be asked. */
  readonly onConnected?: () => void;
}

const LIMIT_MS = 60_000;

/** null when nobody is there, or when there is no whole answer within the limit. */
export async function ask(
  place: Place,
  method: "GET" | "POST",
  target: string,
  { body, limitMs = LIMIT_MS, onConnected }: AskOptions = {},
): Promise<Answer | null> {
  const connection = await tryToConnect(place);
  if (connection === null) return null;
  onConnected?.();
  const limit = setTimeout(() => tryToClose(connection), limitMs);
  try {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers: Record<string, string> = text === "" ? {} : {
      "Content-Type": "application/json",
    };
    const request = requestText(method, target, { body: text, headers });
    await writeAll(connection, new TextEncoder().encode(request));
    return wholeAnswer(await readToEnd(connection));
  } catch {
    // Closed by the limit.
    return null;
  } finally {
    clearTimeout(limit);
    tryToClose(connection);
  }
}

/** null when taskmaster does not answer. */
export async function askForSnapshot(place: Place): Promise<Snapshot | null> {
  const answer = await ask(place, "GET", "/v1/processes");
  return answer?.status === 200 ? JSON.parse(answer.body) as Snapshot : null;
}

/** null when taskmaster does not answer. */
export async function askForVersion(
  place: Place,
  limitMs?: number,
): Promise<SupervisorVersion | null> {
  const answer = await ask(place, "GET", "/v1/version", limitMs === undefined ? {} : { limitMs });
  return answer?.status === 200 ? JSON.parse(answer.body) as SupervisorVersion : null;
}

/** null when nobody listens. */
export async function tryToConnect(place: Place): Promise<Deno.UnixConn | null> {
  try {
    return await connectTo(place.socket);
  } catch {
    return null;
  }
}

export function tryToClose(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It was closed before.
  }
}

function wholeAnswer(text: string): Answer | null {
  if (!text.includes("\r\n\r\n")) return null;
  const { status, headers, body } = parseAnswer(text);
  const length = headers.get("content-length");
  const isWhole = length === null || new TextEncoder().encode(body).length >= Number(length);
  return isWhole ? { status, body } : null;
}
