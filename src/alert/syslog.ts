/** Messages by syslog: RFC 5424 over the network, and to the local log what syslog(3) writes. */
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { AlertItem, AlertMessage } from "../core/alert/message.ts";
import { addressText, SYSLOG_FACILITIES, type SyslogAlert } from "../core/alert/settings.ts";
import type { RecordLevel } from "../core/record.ts";
import type { Address } from "../core/program.ts";
import { alertHeadline, type AlertOrigin } from "../render/alert_text.ts";
import type { Attempt, SinkContext } from "./attempt.ts";
import { describeNetworkError } from "./network_error.ts";
import { sendOverTcp } from "./tcp.ts";

/** RFC 5424, table 2. */
const SEVERITIES: { readonly [L in RecordLevel]: number } = {
  error: 3,
  warn: 4,
  info: 6,
  debug: 7,
};
const CRITICAL = 2;
const NOTICE = 5;

/** What every receiver has to take (RFC 5424, 6.1, and RFC 5426, 3.2), or nearly all do. */
const LONGEST_MESSAGE_BYTES = 2048;

/** One event, before it has the form of a protocol. */
export interface SyslogEntry {
  readonly severity: number;
  /** ISO 8601. */
  readonly time: string;
  /** A word for what happened. */
  readonly id: string;
  readonly text: string;
}

export function syslogEntries(message: AlertMessage): SyslogEntry[] {
  const time = message.createdAt;
  if (message.isTest) return [{ severity: NOTICE, time, id: "test", text: "test message" }];
  const counted = message.more.map(({ process, event, count }) => ({
    severity: NOTICE,
    time,
    id: event,
    text: `${process ?? "taskmaster"}: ${count} more events ${event} are not told one by one`,
  }));
  return [...message.items.map(entryOf), ...counted];
}

function entryOf(item: AlertItem): SyslogEntry {
  const { event, record } = item;
  const severity = event === "fatal"
    ? CRITICAL
    : event === "recovered"
    ? NOTICE
    : SEVERITIES[record.level];
  return { severity, time: record.time, id: event, text: alertHeadline(item) };
}

type Ident = Pick<SyslogAlert, "facility" | "ident">;

/** `<27>1 2026-11-20T11:15:00.123Z myhost taskmaster 4711 fatal - web:0 is FATAL: …` */
export function rfc5424(
  entry: SyslogEntry,
  { facility, ident }: Ident,
  { host }: AlertOrigin,
  pid: number,
): Uint8Array<ArrayBuffer> {
  const priority = SYSLOG_FACILITIES[facility] * 8 + entry.severity;
  const name = /^[\x21-\x7e]{1,255}$/.test(host) ? host : "-";
  const header = `<${priority}>1 ${entry.time} ${name} ${ident} ${pid} ${entry.id} -`;
  return cut(`${header} ${entry.text}`);
}

/**
 * As syslog(3) writes to /dev/log: `<27>Nov 20 11:15:00 taskmaster[4711]: web:0 is FATAL: …`. There
 * journald and rsyslog expect this, and take RFC 5424 for the text of a message.
 */
export function localSyslog(
  entry: SyslogEntry,
  { facility, ident }: Ident,
  pid: number,
): Uint8Array<ArrayBuffer> {
  const priority = SYSLOG_FACILITIES[facility] * 8 + entry.severity;
  return cut(`<${priority}>${bsdTime(new Date(entry.time))} ${ident}[${pid}]: ${entry.text}`);
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** In local time, as the format has no zone. */
function bsdTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = String(date.getDate()).padStart(2);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${MONTHS[date.getMonth()]} ${day} ${time}`;
}

/** Not in the middle of a character. */
function cut(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= LONGEST_MESSAGE_BYTES) return bytes;
  let end = LONGEST_MESSAGE_BYTES;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.slice(0, end);
}

/** Octet counting (RFC 6587, 3.4.1): a message may contain anything. */
export function octetCounted(messages: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const parts = messages.flatMap((each) => [new TextEncoder().encode(`${each.length} `), each]);
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export async function sendSyslog(
  settings: SyslogAlert,
  message: AlertMessage,
  { origin, signal, sendDatagram }: SinkContext,
): Promise<Attempt> {
  const entries = syslogEntries(message);
  const { target, timeoutMs } = settings;
  let failure: string | undefined;
  if (target.kind === "local") {
    for (const entry of entries) {
      failure ??= sendDatagram(target.path, localSyslog(entry, settings, Deno.pid));
    }
  } else {
    const messages = entries.map((entry) => rfc5424(entry, settings, origin, Deno.pid));
    failure = target.kind === "tcp"
      ? await sendOverTcp(target.address, octetCounted(messages), { timeoutMs })
      : await sendOverUdp(target.address, messages, signal);
  }
  return failure === undefined ? { failure: null } : { failure, isPermanent: false };
}

/** Nobody says whether they arrive. */
async function sendOverUdp(
  address: Address,
  messages: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { address: host, family } = await lookup(address.host);
    const socket = createSocket(family === 6 ? "udp6" : "udp4");
    try {
      for (const bytes of messages) {
        signal.throwIfAborted();
        await new Promise<void>((resolve, reject) => {
          socket.send(bytes, address.port, host, (error) => error ? reject(error) : resolve());
        });
      }
    } finally {
      await new Promise<void>((resolve) => socket.close(resolve));
    }
    return undefined;
  } catch (error) {
    return `cannot report to ${addressText(address)}: ${describeNetworkError(error)}`;
  }
}
