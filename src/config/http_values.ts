/** Readers of the values in `taskmaster.http:`. What may be a secret is not repeated in a message. */
import { err, ok, type Result } from "../base/result.ts";
import { type ListenAddress, whyNotToken } from "../core/http_settings.ts";
import { parsePasswordHash } from "../core/password_hash.ts";
import type { Problem } from "./problem.ts";
import { quote } from "./quote.ts";

const LOOPBACK = "127.0.0.1";
const LISTEN = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([A-Za-z0-9._-]*)):(\d+)$/;

/** "HOST:PORT"; "PORT" and ":PORT" mean 127.0.0.1. */
export function listenAddress(text: string): Result<ListenAddress, Problem> {
  const match = LISTEN.exec(/^\d+$/.test(text) ? `:${text}` : text);
  if (match === null) return err(notAnAddress(text));
  const digits = match[3]!;
  const port = Number(digits);
  if (port > 65535) {
    return err({
      code: "bad-port",
      what: `no such port: ${quote(digits)}`,
      expected: "a port from 0 to 65535",
      part: { start: text.length - digits.length, end: text.length },
    });
  }
  return ok({ host: (match[1] ?? match[2]!).toLowerCase() || LOOPBACK, port });
}

function notAnAddress(text: string): Problem {
  const help = text.startsWith("*:")
    ? 'for every address of the machine write "0.0.0.0" or "[::]" in the place of "*"'
    : /^[a-z]+:\/\//i.test(text)
    ? 'write only the host and the port, such as "127.0.0.1:9001"'
    : /^(?:[0-9A-Fa-f]*:){2,}[0-9A-Fa-f]*$/.test(text)
    ? 'an IPv6 address goes in brackets: "[::1]:9001"'
    : /^[A-Za-z0-9._-]+$/.test(text)
    ? `a port is missing: "${text}:9001"`
    : undefined;
  return {
    code: "bad-address",
    what: `not an address: ${quote(text)}`,
    ...(help !== undefined && { help }),
  };
}

/** Checked, and left as it is. */
export function passwordHash(text: string): Result<string, Problem> {
  const parsed = parsePasswordHash(text);
  if (parsed.ok) return ok(text);
  return err({
    code: "bad-password-hash",
    what: `a value that ${parsed.error}`,
    help: "write what `taskmaster hash-password` prints for the password",
  });
}

export function tokenText(text: string): Result<string, Problem> {
  const reason = whyNotToken(text);
  if (reason === null) return ok(text);
  return err({
    code: "bad-token",
    what: `a token that ${reason}`,
    help: "a token has at least 16 visible ASCII characters; `openssl rand -hex 32` makes one",
  });
}

export function variableName(text: string): Result<string, Problem> {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return ok(text);
  // Perhaps the token itself.
  return err({
    code: "bad-variable-name",
    what: "not the name of a variable",
    help: 'write its name without "$", or the token itself as "token"',
  });
}

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;
const IPV6 = /^\[?([0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*)\]?$/;

/** In lower case, IPv6 without brackets. */
export function hostName(text: string): Result<string, Problem> {
  const name = text.toLowerCase();
  const ipv6 = IPV6.exec(name)?.[1];
  if (ipv6 !== undefined) return ok(ipv6);
  if (HOST_NAME.test(name)) return ok(name);
  const bare = name.replace(/^[a-z]+:\/\//, "").replace(/(:\d+)?(\/.*)?$/, "");
  return err({
    code: "bad-host",
    what: `not a host name: ${quote(text)}`,
    ...(HOST_NAME.test(bare) && { help: `write only the name: "${bare}"` }),
  });
}
