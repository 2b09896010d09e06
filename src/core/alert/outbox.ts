/**
 * The delivery of one alert as data: what is being gathered, what waits, when the next thing is due.
 * Pure: `(outbox, settings, event, moment) → (outbox, effects)`.
 *
 * Events are gathered for the grouping window, for as long as the rate limit holds them back, and
 * while messages wait for a receiver that is away; a group that gets too large is counted. So what
 * is kept is bounded, and nothing happens unmentioned.
 */
import type { Happening } from "../record.ts";
import { type Allowance, fullAllowance, nextAllowedAt, retryDelayMs, spend } from "./pace.ts";
import {
  addItem,
  type AlertGroup,
  type AlertItem,
  type AlertMessage,
  EMPTY_GROUP,
  eventCount,
} from "./message.ts";
import type { AlertSettings } from "./settings.ts";

/** Messages that wait at the same time; what comes then is gathered. */
export const MOST_MESSAGES = 10;

export interface Failure {
  /** ISO 8601. */
  readonly at: string;
  readonly reason: string;
}

export interface Outbox {
  /** null when nothing has happened since the last message. `dueAt`: end of the grouping window. */
  readonly gathering: (AlertGroup & { readonly dueAt: number }) | null;
  /** Oldest first; the first one is the one that is tried. */
  readonly messages: readonly AlertMessage[];
  readonly isSending: boolean;
  /** Attempts that failed in a row. */
  readonly failures: number;
  /** Monotonic milliseconds. */
  readonly nextAttemptAt: number;
  readonly allowance: Allowance;
  /** Messages made so far: numbers the next. */
  readonly made: number;
  /** Messages delivered and events that were given up, ever. */
  readonly sent: number;
  readonly givenUp: number;
  /** ISO 8601. */
  readonly lastSuccess: string | null;
  readonly lastFailure: Failure | null;
}

/** One point in time by both clocks. */
export interface Moment {
  /** Monotonic milliseconds. */
  readonly now: number;
  /** ISO 8601. */
  readonly date: string;
}

/** What came of an attempt. `reason` is a sentence without secrets. */
export type Delivery =
  | { readonly kind: "delivered" }
  /** `isPermanent`: the same message would be refused again. */
  | { readonly kind: "failed"; readonly reason: string; readonly isPermanent: boolean };

export type OutboxEvent =
  | { readonly kind: "item"; readonly item: AlertItem }
  /** Something may be due. */
  | { readonly kind: "time" }
  /** What came of the message that was to be sent. */
  | { readonly kind: "outcome"; readonly delivery: Delivery }
  /** The receiver was tried by hand. */
  | { readonly kind: "tested"; readonly delivery: Delivery }
  /** The end: what is gathered is not to wait any longer. */
  | { readonly kind: "flush" };

export type OutboxEffect =
  | { readonly kind: "send"; readonly message: AlertMessage }
  | { readonly kind: "record"; readonly happening: Happening };

export interface OutboxStep {
  readonly outbox: Outbox;
  readonly effects: readonly OutboxEffect[];
}

export function newOutbox({ maxPerHour }: AlertSettings, now: number): Outbox {
  return {
    gathering: null,
    messages: [],
    isSending: false,
    failures: 0,
    nextAttemptAt: now,
    allowance: fullAllowance(maxPerHour, now),
    made: 0,
    sent: 0,
    givenUp: 0,
    lastSuccess: null,
    lastFailure: null,
  };
}

export function stepOutbox(
  outbox: Outbox,
  settings: AlertSettings,
  event: OutboxEvent,
  moment: Moment,
): OutboxStep {
  switch (event.kind) {
    case "item":
      return work({ outbox: gather(outbox, settings, event.item, moment.now), effects: [] });
    case "time":
      return work({ outbox, effects: [] });
    case "flush":
      return work({ outbox: hurry(outbox, moment.now), effects: [] });
    case "outcome":
      return work(settle(outbox, settings, event.delivery, moment));
    case "tested":
      return work(noteTest(outbox, settings, event.delivery, moment));
  }
  function work(step: OutboxStep): OutboxStep {
    const closed = closeGroup(step.outbox, settings, moment);
    const head = closed.messages[0];
    if (head === undefined || closed.isSending || closed.nextAttemptAt > moment.now) {
      return { outbox: closed, effects: step.effects };
    }
    return {
      outbox: { ...closed, isSending: true },
      effects: [...step.effects, { kind: "send", message: head }],
    };
  }
}

/** When `time` is next to be told; null = only when something else happens. */
export function outboxDueAt(outbox: Outbox, settings: AlertSettings, now: number): number | null {
  const due: number[] = [];
  if (outbox.gathering !== null && outbox.messages.length < MOST_MESSAGES) {
    const allowedAt = nextAllowedAt(outbox.allowance, settings.maxPerHour, now);
    due.push(Math.max(outbox.gathering.dueAt, allowedAt));
  }
  if (outbox.messages.length > 0 && !outbox.isSending) due.push(outbox.nextAttemptAt);
  return due.length === 0 ? null : Math.min(...due);
}

/** What waits is due at once: its receiver may be another one now. */
export function retryAtOnce(outbox: Outbox, now: number): Outbox {
  return { ...outbox, nextAttemptAt: Math.min(outbox.nextAttemptAt, now) };
}

/** Nothing is under way, and what waits has to wait longer. */
export function isSettled(outbox: Outbox, settings: AlertSettings, now: number): boolean {
  const dueAt = outboxDueAt(outbox, settings, now);
  return !outbox.isSending && (dueAt === null || dueAt > now);
}

/** Events that wait to be told. */
export function pendingEvents(
  { gathering, messages }: {
    readonly gathering: AlertGroup | null;
    readonly messages: readonly AlertGroup[];
  },
): number {
  const groups = gathering === null ? messages : [...messages, gathering];
  return groups.reduce((sum, group) => sum + eventCount(group), 0);
}

function gather(
  outbox: Outbox,
  { groupWindowMs }: AlertSettings,
  item: AlertItem,
  now: number,
): Outbox {
  const { dueAt, ...group } = outbox.gathering ?? { ...EMPTY_GROUP, dueAt: now + groupWindowMs };
  return { ...outbox, gathering: { ...addItem(group, item), dueAt } };
}

function hurry(outbox: Outbox, now: number): Outbox {
  const { gathering } = outbox;
  return gathering === null ? outbox : { ...outbox, gathering: { ...gathering, dueAt: now } };
}

function closeGroup(outbox: Outbox, settings: AlertSettings, { now, date }: Moment): Outbox {
  const { gathering, messages, allowance, made } = outbox;
  const { maxPerHour, name } = settings;
  if (gathering === null || gathering.dueAt > now || messages.length >= MOST_MESSAGES) {
    return outbox;
  }
  if (nextAllowedAt(allowance, maxPerHour, now) > now) return outbox;
  const { items, more } = gathering;
  const id = `${name}-${made + 1}-${new Date(date).getTime()}`;
  return {
    ...outbox,
    gathering: null,
    messages: [...messages, { id, createdAt: date, isTest: false, items, more }],
    allowance: spend(allowance, maxPerHour, now),
    made: made + 1,
  };
}

function settle(
  outbox: Outbox,
  settings: AlertSettings,
  delivery: Delivery,
  moment: Moment,
): OutboxStep {
  const [head, ...rest] = outbox.messages;
  const idle = { ...outbox, isSending: false };
  if (head === undefined) return { outbox: idle, effects: [] };
  if (delivery.kind === "delivered") {
    return succeed({ ...idle, messages: rest, sent: outbox.sent + 1 }, settings, moment);
  }
  const failed = fail(idle, delivery.reason, moment);
  const { name: alert } = settings;
  const ageMs = new Date(moment.date).getTime() - new Date(head.createdAt).getTime();
  if (delivery.isPermanent || ageMs >= settings.retryForMs) {
    const events = eventCount(head);
    const { reason } = delivery;
    const nextAttemptAt = delivery.isPermanent ? moment.now : failed.nextAttemptAt;
    const givenUp = outbox.givenUp + events;
    return {
      outbox: { ...failed, messages: rest, givenUp, nextAttemptAt },
      effects: [{ kind: "record", happening: { kind: "alert_given_up", alert, events, reason } }],
    };
  }
  // Once for each time of trouble: the log is not to be filled by a server that is away.
  if (outbox.failures > 0) return { outbox: failed, effects: [] };
  const retryMs = failed.nextAttemptAt - moment.now;
  const { reason } = delivery;
  const happening: Happening = { kind: "alert_failed", alert, reason, retryMs };
  return { outbox: failed, effects: [{ kind: "record", happening }] };
}

function noteTest(
  outbox: Outbox,
  settings: AlertSettings,
  delivery: Delivery,
  moment: Moment,
): OutboxStep {
  if (delivery.kind === "delivered") return succeed(outbox, settings, moment);
  const lastFailure = { at: moment.date, reason: delivery.reason };
  return { outbox: { ...outbox, lastFailure }, effects: [] };
}

/** What waits is tried at once: the receiver is there again. */
function succeed(outbox: Outbox, { name: alert }: AlertSettings, moment: Moment): OutboxStep {
  const { failures } = outbox;
  const well = { ...outbox, failures: 0, nextAttemptAt: moment.now, lastSuccess: moment.date };
  if (failures === 0) return { outbox: well, effects: [] };
  const happening: Happening = { kind: "alert_recovered", alert, failures };
  return { outbox: well, effects: [{ kind: "record", happening }] };
}

function fail(outbox: Outbox, reason: string, { now, date }: Moment): Outbox {
  const failures = outbox.failures + 1;
  return {
    ...outbox,
    failures,
    nextAttemptAt: now + retryDelayMs(failures),
    lastFailure: { at: date, reason },
  };
}
