/** Who may use the API on TCP, and where it listens: plain data, so that a reload can compare it. */

/** Every role may do what those before it in `ROLES` may. */
export type Role = "read-only" | "operator" | "admin";

export const ROLES: readonly Role[] = ["read-only", "operator", "admin"];

export interface ListenAddress {
  /** A name or an IP address, IPv6 without brackets. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface HttpUser {
  /** As `parsePasswordHash` reads it. */
  readonly passwordHash: string;
  readonly role: Role;
}

/** Where the text of a token comes from. */
export type TokenSource =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "env"; readonly name: string }
  /** `path` is absolute. */
  | { readonly kind: "file"; readonly path: string };

export interface HttpToken {
  readonly source: TokenSource;
  readonly role: Role;
}

/** Holds secrets: not to be shown, logged or sent as it is. */
export interface HttpSettings {
  readonly listen: ListenAddress;
  /** By name. Without users there are tokens. */
  readonly users: Readonly<Record<string, HttpUser>>;
  readonly tokens: Readonly<Record<string, HttpToken>>;
  /** Names in lower case under which the server is reached, beside its own. */
  readonly hosts: readonly string[];
}

/** A token whose text is known. */
export interface TokenSecret {
  readonly secret: string;
  readonly role: Role;
}

const SHORTEST_TOKEN = 16;
/** A header with a longer one would be refused. */
const LONGEST_TOKEN = 1024;

/** What is wrong with the text of a token, without the text; null when nothing is. */
export function whyNotToken(text: string): string | null {
  if (text === "") return "is empty";
  if (text.length < SHORTEST_TOKEN) return `is shorter than ${SHORTEST_TOKEN} characters`;
  if (text.length > LONGEST_TOKEN) return `is longer than ${LONGEST_TOKEN} characters`;
  return /^[!-~]*$/.test(text) ? null : "contains characters other than visible ASCII ones";
}

/** Names of the variables that tokens come from. */
export function tokenVariables(http: HttpSettings | null): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { source } of Object.values(http?.tokens ?? {})) {
    if (source.kind === "env") names.add(source.name);
  }
  return names;
}
