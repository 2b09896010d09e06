/** What is told: one event with all that helps to understand it, and several of them as a message. */
import type { JournalRecord } from "../record.ts";
import { type AlertEvent, urgencyOf } from "./alert_event.ts";

/** One event. Plain data: it waits on disk, and HTTP alerts send it as it is. */
export interface AlertItem {
  readonly event: AlertEvent;
  readonly record: JournalRecord;
  /** Children the process has had; null when it is about no process. */
  readonly starts: number | null;
  /** For `recovered`: since when it was not well. */
  readonly since: string | null;
  readonly output: readonly OutputExcerpt[];
}

export interface OutputExcerpt {
  readonly stream: "stdout" | "stderr";
  readonly lines: readonly string[];
}

/** Events that are only counted. */
export interface Count {
  /** null when they are about no process. */
  readonly process: string | null;
  readonly event: AlertEvent;
  readonly count: number;
}

/** What goes into one message. */
export interface AlertGroup {
  readonly items: readonly AlertItem[];
  /** What did not fit in: the rate limit, or a receiver that was away, had gathered too much. */
  readonly more: readonly Count[];
}

export interface AlertMessage extends AlertGroup {
  /** The same for every attempt, so that receivers can recognise a message that comes twice. */
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly isTest: boolean;
}

/** Events that are told in full, in one message. */
export const MOST_ITEMS = 20;
/** The first ones of a long group are kept, as they show how it began. */
const FIRST_ITEMS = 5;
/** Kinds of counted events that are kept apart. */
export const MOST_COUNTS = 100;
/** In the place of a process: what is beyond that. */
export const OTHERS = "others";

export const EMPTY_GROUP: AlertGroup = { items: [], more: [] };

/** A group never grows beyond its limits: the oldest of its newer events are then only counted. */
export function addItem({ items, more }: AlertGroup, item: AlertItem): AlertGroup {
  if (items.length < MOST_ITEMS) return { items: [...items, item], more };
  const { event, record } = items[FIRST_ITEMS]!;
  return {
    items: [...items.slice(0, FIRST_ITEMS), ...items.slice(FIRST_ITEMS + 1), item],
    more: addCount(more, { process: record.process ?? null, event, count: 1 }),
  };
}

export function addCount(more: readonly Count[], { process, event, count }: Count): Count[] {
  const index = more.findIndex((each) => each.process === process && each.event === event);
  if (index >= 0) {
    return more.map((each, at) => at === index ? { ...each, count: each.count + count } : each);
  }
  if (more.length < MOST_COUNTS) return [...more, { process, event, count }];
  const { count: known, ...last } = more.at(-1)!;
  return [...more.slice(0, -1), { ...last, process: OTHERS, count: known + count }];
}

/** How many events it tells, those that are only counted included. */
export function eventCount({ items, more }: AlertGroup): number {
  return items.length + more.reduce((sum, { count }) => sum + count, 0);
}

/** The event that most needs to be seen, the newest of several. */
export function mostUrgent({ items }: AlertGroup): AlertItem | null {
  let found: AlertItem | null = null;
  for (const item of items) {
    if (found === null || urgencyOf(item.event) >= urgencyOf(found.event)) found = item;
  }
  return found;
}
