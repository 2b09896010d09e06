/** One alert at work: its rules, what it has gathered, and the timer for what is due next. */
import type { AlertItem, AlertMessage } from "../core/alert/message.ts";
import {
  type Delivery,
  isSettled,
  type Moment,
  newOutbox,
  type Outbox,
  outboxDueAt,
  type OutboxEvent,
  pendingEvents,
  retryAtOnce,
  stepOutbox,
} from "../core/alert/outbox.ts";
import { eventCount } from "../core/alert/message.ts";
import { type AlertSettings, targetText } from "../core/alert/settings.ts";
import { restoreOutbox, storeAlert, type StoredAlert } from "../core/alert/stored_alert.ts";
import { isBadNews, type News, Troubles } from "../core/alert/troubles.ts";
import { type Selectable, selectorMatcher } from "../core/name.ts";
import type { Happening, JournalRecord } from "../core/record.ts";
import type { AlertSender } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { AlertStatus } from "../core/alert/status.ts";

export interface AlertSinkPorts {
  readonly clock: Clock;
  readonly sender: AlertSender;
  readonly record: (happening: Happening) => void;
  /** What is to be on disk has changed. */
  readonly onChange: () => void;
}

export class AlertSink {
  readonly #ports: AlertSinkPorts;
  readonly #troubles: Troubles;
  #settings: AlertSettings;
  #matchers: readonly ((process: Selectable) => boolean)[];
  #outbox: Outbox;
  #callOff: () => void = () => {};
  #isClosed = false;
  #onSettled: (() => void)[] = [];

  /** `stored`: what an earlier run left of it. Nothing is sent before the event loop has turned. */
  constructor(settings: AlertSettings, stored: StoredAlert | null, ports: AlertSinkPorts) {
    this.#ports = ports;
    this.#settings = settings;
    this.#matchers = settings.programs.map(selectorMatcher);
    this.#troubles = new Troubles(stored?.troubles);
    this.#outbox = stored === null
      ? newOutbox(settings, ports.clock.now())
      : restoreOutbox(stored, settings, this.#moment());
    this.#arm();
  }

  get name(): string {
    return this.#settings.name;
  }

  /** Events that wait to be told. */
  get pendingEvents(): number {
    return pendingEvents(this.#outbox);
  }

  configure(settings: AlertSettings, programs: { has(name: string): boolean }): void {
    this.#settings = settings;
    this.#matchers = settings.programs.map(selectorMatcher);
    this.#troubles.keepOnly(programs);
    this.#hasten();
  }

  newsOf(record: JournalRecord): News | null {
    const { program, num } = record;
    if (program !== undefined && num !== undefined && this.#matchers.length > 0) {
      const process = { program, num };
      if (!this.#matchers.some((matches) => matches(process))) return null;
    }
    return this.#troubles.take(record, this.#settings.on);
  }

  /** How many last lines belong to a piece of news. */
  linesFor({ event }: News): number {
    if (this.#settings.type === "syslog" || !isBadNews(event)) return 0;
    return this.#settings.outputLines;
  }

  add(item: AlertItem): void {
    this.#step({ kind: "item", item });
  }

  async test(message: AlertMessage): Promise<Delivery> {
    const delivery = await this.#ports.sender.send(this.#settings, message);
    this.#step({ kind: "tested", delivery });
    return delivery;
  }

  /** Sends what is gathered; resolves when nothing is left, or what is left will not go now. */
  settled(): Promise<void> {
    this.#step({ kind: "flush" });
    if (this.#isSettled()) return Promise.resolve();
    return new Promise((resolve) => this.#onSettled.push(resolve));
  }

  store(): StoredAlert {
    return storeAlert(this.#outbox, this.#troubles.toArray(), this.#moment());
  }

  status(): AlertStatus {
    const { failures, lastSuccess, lastFailure, sent, messages, gathering, givenUp } = this.#outbox;
    const { name, type, on, programs } = this.#settings;
    const now = this.#ports.clock.now();
    const dueAt = outboxDueAt(this.#outbox, this.#settings, now);
    return {
      ...{ name, type, target: targetText(this.#settings), on, programs },
      ...{ failures, lastSuccess, lastFailure, sent, givenUp },
      waiting: messages.length,
      gathered: gathering === null ? 0 : eventCount(gathering),
      nextMs: dueAt === null ? null : Math.max(0, Math.round(dueAt - now)),
      problem: this.#ports.sender.problemOf(this.#settings),
    };
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#isClosed = true;
    this.#callOff();
  }

  #step(event: OutboxEvent): void {
    if (this.#isClosed) return;
    const { outbox, effects } = stepOutbox(this.#outbox, this.#settings, event, this.#moment());
    this.#outbox = outbox;
    for (const effect of effects) {
      if (effect.kind === "send") void this.#send(effect.message);
      else this.#ports.record(effect.happening);
    }
    this.#arm();
    this.#ports.onChange();
    if (!this.#isSettled()) return;
    for (const resolve of this.#onSettled.splice(0)) resolve();
  }

  async #send(message: AlertMessage): Promise<void> {
    const settings = this.#settings;
    const delivery = await this.#ports.sender.send(settings, message);
    this.#step({ kind: "outcome", delivery });
    // The failure says nothing of settings that came meanwhile.
    if (settings !== this.#settings) this.#hasten();
  }

  /** Not within this call: whoever configures several alerts does that for all of them first. */
  #hasten(): void {
    if (this.#isClosed) return;
    this.#outbox = retryAtOnce(this.#outbox, this.#ports.clock.now());
    this.#arm();
  }

  #isSettled(): boolean {
    return isSettled(this.#outbox, this.#settings, this.#ports.clock.now());
  }

  #arm(): void {
    this.#callOff();
    const { clock } = this.#ports;
    const dueAt = outboxDueAt(this.#outbox, this.#settings, clock.now());
    this.#callOff = dueAt === null
      ? () => {}
      : clock.callAt(dueAt, () => this.#step({ kind: "time" }));
  }

  #moment(): Moment {
    const { clock } = this.#ports;
    return { now: clock.now(), date: clock.date() };
  }
}
