/** Alerts as a person reads them: what happened, where, since when, and how to look further. */
import { visible } from "../base/visible.ts";
import type { AlertEvent } from "../core/alert/alert_event.ts";
import {
  type AlertGroup,
  type AlertItem,
  type AlertMessage,
  type Count,
  eventCount,
  mostUrgent,
  OTHERS,
} from "../core/alert/message.ts";
import { describeExit } from "../core/exit_status.ts";
import { duration } from "./duration.ts";
import { recordText } from "./record.ts";

/** Where a message comes from. */
export interface AlertOrigin {
  /** Name of the machine. */
  readonly host: string;
  /** Absolute path of the configuration file. */
  readonly config: string;
  /** Tells several taskmasters on one machine apart. */
  readonly name: string;
  readonly version: string;
}

/** `[taskmaster myhost] web:0 FATAL, and 2 more`; one line, whatever is in it. */
export function alertSubject(message: AlertMessage, { host }: AlertOrigin): string {
  return `[taskmaster ${visible(host)}] ${message.isTest ? "test message" : gist(message)}`;
}

/** In a few words. What is not named is counted, in events. */
function gist(group: AlertGroup): string {
  const item = mostUrgent(group);
  if (item === null) return "nothing"; // A message has at least one event.
  const names = processesOf(group, item);
  const about = names.length > 1 ? `${shortList(names)} ${plainState(item)}` : words(item);
  const isOver = names.length > 0 && names.every((name) => hasRecovered(group, item.event, name));
  const named = Math.max(1, names.length) * (isOver ? 2 : 1);
  const others = eventCount(group) - named;
  const more = others <= 0 ? "" : `, and ${others} more ${others === 1 ? "event" : "events"}`;
  return `${about}${isOver ? ", recovered" : ""}${more}`;
}

/** Those that have the same trouble as the one of `item`, in the order of their events. */
function processesOf({ items, more }: AlertGroup, { event }: AlertItem): string[] {
  const told = items.map(({ event, record }) => ({ event, process: record.process ?? null }));
  const names = [...told, ...more].flatMap((each) =>
    each.event === event && each.process !== null && each.process !== OTHERS ? [each.process] : []
  );
  return [...new Set(names)];
}

const MOST_NAMES = 3;

/** "a, b, c and 2 more processes". */
function shortList(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(visible);
  const rest = names.length - shown.length;
  const last = rest === 0 ? shown.pop() : `${rest} more processes`;
  return `${shown.join(", ")} and ${last}`;
}

function hasRecovered({ items }: AlertGroup, event: AlertEvent, name: string): boolean {
  const own = items.filter(({ record }) => record.process === name);
  const trouble = own.findLastIndex((item) => item.event === event);
  return event !== "recovered" && trouble < own.findLastIndex((item) => item.event === "recovered");
}

function words({ event, record }: AlertItem): string {
  const about = record.process === undefined ? "" : `${visible(record.process)} `;
  if (record.kind === "exited" && event !== "recovered") {
    return `${about}${plain(event)} (${visible(describeExit(record.exit))})`;
  }
  return about + plainState({ event });
}

function plainState({ event }: Pick<AlertItem, "event">): string {
  return event === "fatal" ? "FATAL" : plain(event);
}

function plain(event: AlertEvent): string {
  return event.replaceAll("_", " ").replace(/^supervisor/, "taskmaster");
}

/** The whole of it, in lines. Ends with a newline. */
export function alertText(message: AlertMessage, origin: AlertOrigin): string {
  const blocks = message.isTest
    ? ["This is a test: messages of this alert arrive here."]
    : message.items.map(itemText);
  if (message.more.length > 0) blocks.push(countsText(message.more));
  blocks.push(originText(message, origin));
  const hints = hintsFor(message);
  if (hints !== null) blocks.push(hints);
  return blocks.join("\n\n") + "\n";
}

/** "web:0 is FATAL: …" in one line. */
export function alertHeadline({ event, record, since }: AlertItem): string {
  const about = record.process === undefined ? "" : `${visible(record.process)} `;
  if (event === "recovered") {
    const lasted = since === null
      ? ""
      : ` after ${duration(new Date(record.time).getTime() - new Date(since).getTime())}`;
    return `${about}has recovered${lasted}: ${recovery(record)}`;
  }
  if (record.kind === "fatal") return `${about}is FATAL: ${visible(record.reason)}`;
  if (record.kind === "backoff") {
    return `${about}failed to start: ${visible(record.reason)}; ` +
      `retry ${record.failedStarts} of ${record.startretries} in ${duration(record.delayMs)}`;
  }
  if (record.kind !== "exited") return recordText(record);
  const manner = record.expected ? "ended as expected" : "exited unexpectedly";
  return `${about}${manner} with ${visible(describeExit(record.exit))} ` +
    `after ${duration(record.uptimeMs)}`;
}

function recovery(record: AlertItem["record"]): string {
  switch (record.kind) {
    case "running":
      return `it runs with pid ${record.pid}`;
    case "output_recovered":
      return `its ${record.stream} is written again, ${record.bytesLost} bytes were lost`;
    case "exited":
      return `it ended as it should, with ${describeExit(record.exit)}`;
    default:
      return visible(record.kind);
  }
}

function itemText(item: AlertItem): string {
  const { record, starts, since, output } = item;
  const rows: [string, string][] = [["when", utc(record.time)]];
  if (since !== null) rows.push(["since", utc(since)]);
  if (record.process !== undefined) rows.push(["process", visible(record.process)]);
  if (record.kind === "exited") {
    rows.push(["pid", String(record.pid)]);
    rows.push(["exit", visible(describeExit(record.exit))]);
    rows.push(["lived", duration(record.uptimeMs)]);
  }
  if (starts !== null) rows.push(["restarts", String(Math.max(0, starts - 1))]);
  return [alertHeadline(item), table(rows), ...output.map(outputText)].join("\n");
}

function outputText({ stream, lines }: AlertItem["output"][number]): string {
  const text = lines.map((line) => `    | ${line}`).join("\n");
  return `  last lines of ${stream}:\n${text}`;
}

function countsText(counts: readonly Count[]): string {
  const lines = counts.map(({ process, event, count }) => {
    const about = process === null ? "" : `${visible(process)} `;
    return `  ${count} × ${about}${plain(event)}`;
  });
  return `There was more than is told here one by one:\n${lines.join("\n")}`;
}

function originText({ isTest, createdAt }: AlertMessage, origin: AlertOrigin): string {
  const rows: [string, string][] = [
    ["host", visible(origin.host)],
    ["config", visible(origin.config)],
    ["taskmaster", `${visible(origin.name)}, version ${origin.version}`],
  ];
  if (isTest) rows.unshift(["when", utc(createdAt)]);
  return table(rows);
}

/** What a person would type next, in the control shell of this taskmaster. */
function hintsFor(message: AlertMessage): string | null {
  const item = mostUrgent(message);
  if (item === null) return null;
  const names = processesOf(message, item).slice(0, MOST_NAMES).map(visible);
  if (names.length === 0) return null;
  const lines = names.flatMap((name) => [`why ${name}`, `tail ${name} stderr`]);
  lines.push("status");
  if (item.event === "fatal") lines.push(`start ${names.join(" ")}`);
  return `To look further, in taskmaster's shell:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}

/** "2026-11-20 11:15:00 UTC": its reader may be anywhere. */
function utc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
