/**
 * Whether a request comes from where it should. A page of a stranger can make a browser send requests
 * here, with the password that the browser knows: under its own name, which its name server has lead
 * to our address (DNS rebinding), or as a request from another origin. Pure.
 */
import type { HttpSettings } from "../core/http_settings.ts";

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i;
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const WILDCARDS = ["0.0.0.0", "[::]"];

/**
 * Whether a `Host` header names this server: as a loopback address or "localhost", by the address
 * that it listens on, or by one of `hosts`. The port does not matter: it may be forwarded. A server
 * that listens everywhere may be called by any IP address, for those cannot be made to lead here.
 */
export function isAllowedHost(
  host: string | undefined,
  { listen, hosts }: Pick<HttpSettings, "listen" | "hosts">,
): boolean {
  const match = HOST.exec(host ?? "");
  const name = match === null ? null : canonical(match[1]!);
  if (name === null) return false;
  const own = canonical(listen.host);
  if (isLoopback(name) || name === own) return true;
  if (own !== null && WILDCARDS.includes(own) && isIpAddress(name)) return true;
  return hosts.some((allowed) => canonical(allowed) === name);
}

/**
 * Whether an `Origin` header is of a page that came from this server: browsers send one along with
 * whatever changes something. Without one it is no browser. Whether http or https does not matter: a
 * proxy in front may add TLS, and whoever could serve the other one at this host and port is this server.
 */
export function isAllowedOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  const from = URL.parse(origin);
  // "null" is what pages without an origin send, such as files and sandboxed frames.
  if (from === null || !["http:", "https:"].includes(from.protocol)) return false;
  if (host === undefined || !HOST.test(host)) return false;
  // With the scheme of the origin, so that its default port is left out on both sides.
  return URL.parse(`${from.protocol}//${host}`)?.host === from.host;
}

/** As URLs have it: lower case, addresses in their shortest form, IPv6 in brackets, no final dot. */
function canonical(name: string): string | null {
  const bracketed = name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
  return URL.parse(`http://${bracketed}/`)?.hostname.replace(/\.$/, "") ?? null;
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "[::1]" || (IPV4.test(name) && name.startsWith("127."));
}

function isIpAddress(name: string): boolean {
  return IPV4.test(name) || name.startsWith("[");
}
