/** Telling somebody on the network that a process has become FATAL: one line over TCP, no answer. */
import type { Address } from "../core/program.ts";

export interface FatalReportOptions {
  /** For everything: looking up the name, connecting, sending. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5000;

/**
 * Sends `line` and a line end, and closes the connection. Never throws: the result is undefined, or
 * what went wrong, in one line for a person. That it was sent does not mean that it was read.
 */
export async function sendFatalReport(
  { host, port }: Address,
  line: string,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: FatalReportOptions = {},
): Promise<string | undefined> {
  const abort = new AbortController();
  const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const expired = Promise.withResolvers<string>();
  const timer = setTimeout(() => {
    abort.abort();
    expired.resolve(`cannot report to ${target}: no success within ${timeoutMs / 1000} s`);
  }, timeoutMs);
  try {
    const sent = send({ host, port }, line, abort.signal);
    // The look-up of a name cannot be called off; it must not keep the caller waiting.
    sent.catch(() => {});
    return await Promise.race([sent, expired.promise]);
  } catch (error) {
    return `cannot report to ${target}: ${describe(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

async function send(
  { host, port }: Address,
  line: string,
  signal: AbortSignal,
): Promise<undefined> {
  using connection = await Deno.connect({ hostname: host, port, signal });
  // Closing it ends a write that is under way.
  signal.addEventListener("abort", () => closeQuietly(connection));
  const writer = connection.writable.getWriter();
  await writer.write(new TextEncoder().encode(`${line}\n`));
  await writer.close();
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It was closed already.
  }
}

/** "connection refused", without the number and the call that the runtime adds. */
function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const text = message.replace(/ \(os error \d+\).*$/, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}
