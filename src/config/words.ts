/** Readers of names, users, addresses and paths. */
import { err, ok, type Result } from "../base/result.ts";
import type { Address } from "../core/program.ts";
import { quote } from "./quote.ts";
import type { Problem } from "./problem.ts";

/** Any text but none. */
export function nonEmpty(text: string): Result<string, Problem> {
  return text === "" ? err({ code: "empty-text", what: "empty text" }) : ok(text);
}

/** Directories are named after it, so "." and ".." are no names. */
export function daemonName(text: string): Result<string, Problem> {
  return /^[A-Za-z0-9_.-]{1,100}$/.test(text) && !/^\.+$/.test(text)
    ? ok(text)
    : err({ code: "bad-name", what: `not a name: ${quote(text)}` });
}

/** "name" or "name:group"; whether they exist is the system's business. */
export function user(text: string): Result<string, Problem> {
  return /^[^\s:]+(?::[^\s:]+)?$/.test(text)
    ? ok(text)
    : err({ code: "bad-user", what: `not a user: ${quote(text)}` });
}

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([A-Za-z0-9._-]+)):(\d+)$/;

/** "host:port" or "[::1]:port". */
export function address(text: string): Result<Address, Problem> {
  const match = ADDRESS.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (match === null || host === undefined) {
    const bareIpv6 = /^(?:[0-9A-Fa-f]*:){2,}[0-9A-Fa-f]*$/.test(text);
    return err({
      code: "bad-address",
      what: `not an address: ${quote(text)}`,
      ...(bareIpv6 && { help: "an IPv6 address goes in brackets: [::1]:8080" }),
    });
  }
  const port = Number(match[3]);
  if (port < 1 || port > 65535) {
    return err({
      code: "bad-port",
      what: `no such port: ${quote(match[3]!)}`,
      expected: "a port from 1 to 65535",
      part: { start: text.length - match[3]!.length, end: text.length },
    });
  }
  return ok({ host, port });
}

/** A file or directory; not yet made absolute. */
export const path: typeof nonEmpty = nonEmpty;
