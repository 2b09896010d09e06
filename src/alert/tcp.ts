/** Telling somebody on the network something over TCP, without waiting for an answer. */
import { addressText } from "../core/alert/settings.ts";
import type { Address } from "../core/program.ts";
import { describeNetworkError } from "./network_error.ts";

const DEFAULT_TIMEOUT_MS = 5000;

/**
 * Sends the bytes and closes the connection. Never throws: the result is undefined, or what went
 * wrong, in one line for a person. That they were sent does not mean that they were read.
 * `timeoutMs` is for everything: looking up the name, connecting, sending.
 */
export async function sendOverTcp(
  address: Address,
  bytes: Uint8Array<ArrayBuffer>,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Promise<string | undefined> {
  const abort = new AbortController();
  const target = addressText(address);
  const expired = Promise.withResolvers<string>();
  const timer = setTimeout(() => {
    abort.abort();
    expired.resolve(`cannot report to ${target}: no success within ${timeoutMs / 1000} s`);
  }, timeoutMs);
  try {
    const sent = send(address, bytes, abort.signal);
    // The look-up of a name cannot be called off; it must not keep the caller waiting.
    sent.catch(() => {});
    return await Promise.race([sent, expired.promise]);
  } catch (error) {
    return `cannot report to ${target}: ${describeNetworkError(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

async function send(
  { host, port }: Address,
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<undefined> {
  using connection = await Deno.connect({ hostname: host, port, signal });
  // Closing it ends a write that is under way.
  signal.addEventListener("abort", () => closeQuietly(connection));
  const writer = connection.writable.getWriter();
  await writer.write(bytes);
  await writer.close();
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It was closed already.
  }
}
