/** Readers of values of alerts. What may be a secret is never quoted. */
import { nearest } from "../base/edit_distance.ts";
import { err, ok, type Result } from "../base/result.ts";
import { ALERT_EVENT_NAMES, type AlertEvent } from "../core/alert/alert_event.ts";
import {
  SYSLOG_FACILITIES,
  type SyslogFacility,
  type SyslogTarget,
} from "../core/alert/settings.ts";
import { TEMPLATE_WORDS } from "../core/alert/template.ts";
import type { Problem, Reader } from "./problem.ts";
import { listOf, quote, shownKey } from "./quote.ts";
import { address } from "./words.ts";

/** Words that are near in meaning but not in letters. */
const EVENT_SYNONYMS: ReadonlyMap<string, AlertEvent> = new Map([
  ["crash", "exited_unexpectedly"],
  ["crashed", "exited_unexpectedly"],
  ["unexpected", "exited_unexpectedly"],
  ["died", "exited_unexpectedly"],
  ["failed", "fatal"],
  ["failure", "fatal"],
  ["error", "fatal"],
  ["exit", "exited"],
  ["start", "started"],
  ["stop", "stopped"],
  ["recovery", "recovered"],
  ["up", "recovered"],
  ["reload", "reloaded"],
]);

export function readAlertEvent(text: string): Result<AlertEvent, Problem> {
  const name = ALERT_EVENT_NAMES.find((name) => name === text.trim().toLowerCase());
  if (name !== undefined) return ok(name);
  const suggestion = EVENT_SYNONYMS.get(text.trim().toLowerCase()) ??
    nearest(text.trim(), ALERT_EVENT_NAMES);
  return err({
    code: "unknown-event",
    what: `unknown event ${quote(text)}`,
    help: suggestion === undefined
      ? `the events are ${listOf(ALERT_EVENT_NAMES, "and")}`
      : `did you mean "${suggestion}"?`,
  });
}

export const readAlertEvents: Reader<readonly AlertEvent[]> = separated(readAlertEvent);

const SELECTOR = /^(?:all|[A-Za-z0-9_.*-]+(?::[0-9*]+)?)$/;

export function readSelector(text: string): Result<string, Problem> {
  return SELECTOR.test(text)
    ? ok(text)
    : err({ code: "bad-selector", what: `not a selector: ${quote(text)}` });
}

export const readSelectors: Reader<readonly string[]> = separated(readSelector);

const BARE_ADDRESS = /^[^\s@<>",;]+@[^\s@<>",;]+$/;

/** "joe@example.com" or "Joe <joe@example.com>". */
export function readMailbox(text: string): Result<string, Problem> {
  const inner = /^[^<>]*<([^<>]*)>$/.exec(text)?.[1] ?? text;
  // A line end would become a header of its own.
  return BARE_ADDRESS.test(inner) && !/\p{Cc}/u.test(text)
    ? ok(text)
    : err({ code: "bad-mail-address", what: `not an e-mail address: ${quote(text)}` });
}

/** Commas between quotes are part of a name. */
export function readMailboxes(text: string): Result<readonly string[], Problem> {
  const parts = (text.match(/(?:"[^"]*"|[^",])+/g) ?? []).map((part) => part.trim())
    .filter((part) => part !== "");
  const bad = parts.filter((part) => !readMailbox(part).ok);
  if (bad.length < 2) return collect(parts, readMailbox);
  // A text has one place: all of them are named there.
  const what = `not e-mail addresses: ${bad.map(quote).join(", ")}`;
  return err({ code: "bad-mail-address", what });
}

export function isMailbox(text: string): boolean {
  return BARE_ADDRESS.test(text);
}

export function readHost(text: string): Result<string, Problem> {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  const port = /^(\[[^\]]*\]|[^:]*):([0-9]+)$/.exec(text);
  if (port !== null) {
    return err({
      code: "bad-host",
      what: `a host with a port in it: ${quote(text)}`,
      help: `write "host: ${port[1]}" and "port: ${port[2]}"`,
    });
  }
  // Only an address of IPv6 has colons.
  const isName = /^[A-Za-z0-9_.-]+$/.test(bare) ||
    /^[0-9A-Fa-f]*:[0-9A-Fa-f.]*:[^\s/@]*$/.test(bare);
  if (isName) return ok(bare);
  return err({
    code: "bad-host",
    what: `not the name of a host: ${quote(text)}`,
    ...(text.includes("://") && { help: 'only the name: "smtp.example.com"' }),
  });
}

/** The URL itself may be the secret. */
export function readUrl(text: string): Result<string, Problem> {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return err({ code: "bad-url", what: "not a URL" });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return err({ code: "bad-url", what: `a URL of the kind ${quote(url.protocol)}` });
  }
  if (url.username === "" && url.password === "") return ok(text);
  return err({
    code: "url-with-password",
    what: "a URL with a name or password in it",
    help: 'write it as a header: "headers: {Authorization: …}"',
  });
}

export function readHeaderName(text: string): Result<string, Problem> {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text)) return ok(text);
  return err({
    code: "bad-header",
    what: `not the name of a header: ${quote(shownKey(text))}`,
    inKey: true,
  });
}

export function readHeaderValue(text: string): Result<string, Problem> {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) return ok(text);
  return err({ code: "bad-header", what: "characters that a header cannot have" });
}

export function readTemplate(text: string): Result<string, Problem> {
  if (text.trim() === "") return err({ code: "empty-text", what: "empty text" });
  for (const match of text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)) {
    const word = match[1]!;
    if (TEMPLATE_WORDS.some((known) => known === word)) continue;
    const suggestion = nearest(word, TEMPLATE_WORDS);
    return err({
      code: "unknown-placeholder",
      what: `unknown placeholder ${quote(match[0])}`,
      help: suggestion === undefined
        ? `the placeholders are ${listOf(TEMPLATE_WORDS.map((known) => `{{${known}}}`), "and")}`
        : `did you mean "{{${suggestion}}}"?`,
      part: { start: match.index, end: match.index + match[0].length },
    });
  }
  return ok(text);
}

export const LOCAL_SYSLOG = "/dev/log";
const SYSLOG_PORT = 514;

export function readSyslogAddress(text: string): Result<SyslogTarget, Problem> {
  if (text === "local") return ok({ kind: "local", path: LOCAL_SYSLOG });
  const path = /^unix:(?:\/\/)?(\/.+)$/.exec(text)?.[1];
  if (path !== undefined) return ok({ kind: "local", path });
  const match = /^(udp|tcp):\/\/([^@]+?)\/?$/.exec(text);
  if (match === null) {
    return err({
      code: "bad-syslog-address",
      what: `not an address of syslog: ${quote(text)}`,
      ...(address(text).ok && { help: `write "udp://${text}" or "tcp://${text}"` }),
    });
  }
  const kind = match[1] as "udp" | "tcp";
  const place = match[2]!;
  const result = address(/^[^:]+$|\]$/.test(place) ? `${place}:${SYSLOG_PORT}` : place);
  return result.ok ? ok({ kind, address: result.value }) : result;
}

export const FACILITY_NAMES = Object.keys(SYSLOG_FACILITIES) as readonly SyslogFacility[];

/** APP-NAME of RFC 5424. */
export function readIdent(text: string): Result<string, Problem> {
  return /^[\x21-\x7e]{1,48}$/.test(text)
    ? ok(text)
    : err({ code: "bad-ident", what: `not an ident: ${quote(text)}` });
}

export function readVariableName(text: string): Result<string, Problem> {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? ok(text) : err({
    // Perhaps it is the password itself.
    code: "bad-variable-name",
    what: "not the name of a variable",
  });
}

function separated<T>(read: Reader<T>): Reader<readonly T[]> {
  return (text) => collect(text.split(",").map((part) => part.trim()), read);
}

function collect<T>(parts: readonly string[], read: Reader<T>): Result<readonly T[], Problem> {
  if (parts.length === 0) return err({ code: "empty-text", what: "empty text" });
  const values: T[] = [];
  for (const part of parts) {
    const result = read(part);
    if (!result.ok) return result;
    values.push(result.value);
  }
  return ok(values);
}
