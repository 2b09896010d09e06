/** `taskmaster.http:` to HttpSettings. */
import type {
  HttpSettings,
  HttpToken,
  HttpUser,
  ListenAddress,
  TokenSource,
} from "../core/http_settings.ts";
import { type ConfigNode, type Entry, findEntry, isBroken, isNull } from "./config_node.ts";
import { describeKind, type MapNode } from "./config_node.ts";
import type { ConfigContext } from "./context.ts";
import { FOREIGN_HTTP_KEYS, FOREIGN_TOKEN_KEYS, FOREIGN_USER_KEYS } from "./foreign_names.ts";
import { CREDENTIAL_NAME, httpShape, TOKEN_KEYS, tokenShape, userShape } from "./http_schema.ts";
import type { Mistakes, Scope } from "./mistakes.ts";
import { warnOfMissing } from "./outside.ts";
import { quote } from "./quote.ts";
import { isExtension, readSettings, type Settings } from "./read_settings.ts";
import { absolutePath, warnOfUnexpandedPath } from "./resolve_path.ts";

const PLACE = "taskmaster.http";
const HASH_HELP = "`taskmaster hash-password` makes one";
/** Keeps the types right after a mistake; the configuration is not used then. */
const NOWHERE: ListenAddress = { host: "127.0.0.1", port: 0 };

/** `daemon` is the section `taskmaster:`; null when it has no API on TCP. */
export function readHttp(
  daemon: ConfigNode | undefined,
  scope: Scope,
  context: ConfigContext,
): HttpSettings | null {
  const entry = daemon?.kind === "map" ? findEntry(daemon, "http") : undefined;
  // Whatever else it is has been reported with the other keys.
  if (entry?.value.kind !== "map") return null;
  const values = readSettings(entry.value, kindOf(httpShape, FOREIGN_HTTP_KEYS), PLACE, scope);
  if (findEntry(entry.value, "listen") === undefined) {
    scope.mistakes.error("no-listen", entry.keySpan, `${PLACE} has no listen`, {
      help: 'add where it shall listen: "listen: 127.0.0.1:9001"',
    });
  }
  const users = readNamed(entry.value, "users", scope.mistakes, (user) => readUser(user, scope));
  const tokens = readNamed(
    entry.value,
    "tokens",
    scope.mistakes,
    (token) => readToken(token, scope, context),
  );
  requireCredentials(entry, entry.value, scope.mistakes);
  return { listen: values.listen ?? NOWHERE, users, tokens, hosts: values.hosts ?? [] };
}

function kindOf<S>(shape: S, foreignKeys: ReadonlyMap<string, string>) {
  return { shape, foreignKeys };
}

function requireCredentials(entry: Entry, map: MapNode, mistakes: Mistakes): void {
  const hasSome = ["users", "tokens"].some((key) => {
    const value = findEntry(map, key)?.value;
    return value !== undefined && (value.kind === "map" ? hasNames(value) : !isNull(value));
  });
  if (hasSome) return;
  mistakes.error("no-credentials", entry.keySpan, `${PLACE} has neither users nor tokens`, {
    help: 'add one, such as "users: {admin: {password_hash: …}}"; ' + HASH_HELP,
  });
}

function hasNames({ entries }: MapNode): boolean {
  return entries.some(({ key }) => !isExtension(key));
}

/** What `read` makes of each entry of a mapping from names; null leaves it out. */
function readNamed<T>(
  map: MapNode,
  key: "users" | "tokens",
  mistakes: Mistakes,
  read: (entry: Entry) => T | null,
): Record<string, T> {
  const value = findEntry(map, key)?.value;
  if (value?.kind !== "map") return {};
  const found: [string, T][] = [];
  for (const entry of value.entries) {
    if (isExtension(entry.key)) continue;
    if (!CREDENTIAL_NAME.test(entry.key)) {
      mistakes.error(
        "bad-name",
        entry.keySpan,
        `not a name: ${quote(entry.key)} in ${PLACE}.${key}`,
        { help: "a name consists of up to 64 letters, digits, and any of _ . @ -" },
      );
    }
    const made = read(entry);
    if (made !== null) found.push([entry.key, made]);
  }
  return Object.fromEntries(found);
}

function readUser(entry: Entry, scope: Scope): HttpUser | null {
  const place = `${PLACE}.users.${entry.key}`;
  const map = settingsOf(entry, place, "password_hash", scope.mistakes);
  if (map === null) return null;
  const values = readSettings(map, kindOf(userShape, FOREIGN_USER_KEYS), place, scope);
  if (findEntry(map, "password_hash") === undefined) {
    scope.mistakes.error("no-password-hash", entry.keySpan, `${place} has no password_hash`, {
      help: HASH_HELP,
    });
  }
  return { passwordHash: values.password_hash ?? "", role: values.role ?? "admin" };
}

function readToken(entry: Entry, scope: Scope, context: ConfigContext): HttpToken | null {
  const place = `${PLACE}.tokens.${entry.key}`;
  const map = settingsOf(entry, place, "token", scope.mistakes);
  if (map === null) return null;
  const values = readSettings(map, kindOf(tokenShape, FOREIGN_TOKEN_KEYS), place, scope);
  const [first, second] = map.entries.filter(({ key }) =>
    (TOKEN_KEYS as readonly string[]).includes(key)
  );
  if (first === undefined) {
    scope.mistakes.error("no-token", entry.keySpan, `${place} has no token`, {
      help: "add one of token, token_env and token_file",
    });
  } else if (second !== undefined) {
    scope.mistakes.error(
      "two-tokens",
      second.keySpan,
      `${place} has both ${first.key} and ${second.key}`,
      {
        help: "keep one of them",
        related: { message: `${first.key} stands here`, span: first.keySpan },
      },
    );
  }
  const file = findEntry(map, "token_file");
  if (file !== undefined && values.token_file !== undefined) {
    warnOfUnexpandedPath(file, values.token_file, `${place}.token_file`, scope.mistakes);
  }
  warnOfMissing(map, place, values, { context, mistakes: scope.mistakes });
  return { source: tokenSource(values, context), role: values.role ?? "admin" };
}

function tokenSource(values: Settings<typeof tokenShape>, context: ConfigContext): TokenSource {
  if (values.token_file !== undefined) {
    return { kind: "file", path: absolutePath(values.token_file, context) };
  }
  if (values.token_env !== undefined) return { kind: "env", name: values.token_env };
  return { kind: "text", text: values.token ?? "" };
}

/** The settings under a name; text alone is the value of `mainKey`. null after a mistake. */
function settingsOf(
  { key, keySpan, value }: Entry,
  place: string,
  mainKey: string,
  mistakes: Mistakes,
): MapNode | null {
  if (value.kind === "map") return value;
  if (isBroken(value)) return null;
  if (value.kind === "text") {
    const entries = isNull(value) ? [] : [{ key: mainKey, keySpan, value }];
    return { kind: "map", span: value.span, entries, ignored: [] };
  }
  mistakes.error(
    "wrong-kind",
    keySpan,
    `found ${describeKind(value)} in ${place}; expected a mapping with ${mainKey}`,
    { help: `write "${key}: {${mainKey}: …}"` },
  );
  return null;
}
