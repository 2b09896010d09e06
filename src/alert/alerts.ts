/**
 * The alerts of a supervisor: reads the journal, decides by the rules of core, keeps what waits on
 * disk, and has messages sent. Whatever becomes of a message, nothing waits for it.
 */
import { nearest } from "../base/edit_distance.ts";
import type { AlertItem, AlertMessage, OutputExcerpt } from "../core/alert/message.ts";
import { pendingEvents } from "../core/alert/outbox.ts";
import type { AlertSettings } from "../core/alert/settings.ts";
import type { StoredAlert } from "../core/alert/stored_alert.ts";
import type { News } from "../core/alert/troubles.ts";
import type { Configuration } from "../core/configuration.ts";
import type { Happening, JournalRecord } from "../core/record.ts";
import type { AlertSender, AlertStore, AlertSurroundings } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { AlertStatus, AlertTest } from "../core/alert/status.ts";
import type { AlertTestReply } from "../ports/controller.ts";
import { AlertSink } from "./alert_sink.ts";
import { within } from "./within.ts";

/** Longer than this the last lines of output are not waited for. */
const OUTPUT_LIMIT_MS = 2000;
/** With more events in the queue than this, their output is left out. */
const MOST_WITH_OUTPUT = 50;

export interface AlertsOptions extends AlertSurroundings {
  readonly clock: Clock;
  readonly store: AlertStore;
  readonly sender: AlertSender;
  /** Takes what the alerts themselves have to report. */
  readonly record: (happening: Happening) => void;
}

/** An event that an alert wants, and what it has to tell of it. */
interface Wanted {
  readonly sink: AlertSink;
  readonly news: News;
}

type Facts = Pick<AlertItem, "record" | "starts">;

export class Alerts {
  readonly #options: AlertsOptions;
  #sinks: ReadonlyMap<string, AlertSink> = new Map();
  /** What an earlier run left, until the first configuration has taken it over. */
  #stored: ReadonlyMap<string, StoredAlert>;
  /** Events wait for the output of those before them, so that they are told in their order. */
  #intake: Promise<void> = Promise.resolve();
  #inIntake = 0;

  /** Has no alerts yet: see `configure`. */
  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#stored = options.store.load();
  }

  /** Takes over settings. What waits goes on under the alert of the same name. */
  configure({ alerts, programs }: Configuration): void {
    const [before, stored] = [this.#sinks, this.#stored];
    if (before.size + stored.size + alerts.size === 0) return;
    this.#stored = new Map();
    this.#sinks = new Map([...alerts].map(([name, settings]) => {
      return [name, before.get(name) ?? this.#newSink(settings, stored.get(name) ?? null)];
    }));
    for (const [name, settings] of alerts) this.#sinks.get(name)!.configure(settings, programs);
    for (const [name, sink] of before) {
      if (alerts.has(name)) continue;
      sink.close();
      this.#reportDropped(name, sink.pendingEvents);
    }
    // The file may have been changed while taskmaster was not running.
    for (const [name, left] of stored) {
      if (!alerts.has(name)) this.#reportDropped(name, pendingEvents(left));
    }
    this.#save();
  }

  /** Takes a record of the journal. Never throws. */
  take(record: JournalRecord): void {
    const wanted: Wanted[] = [];
    for (const sink of this.#sinks.values()) {
      const news = sink.newsOf(record);
      if (news !== null) wanted.push({ sink, news });
    }
    if (wanted.length === 0) return;
    const { program, num } = record;
    const known = program !== undefined && num !== undefined
      ? this.#options.factsOf(program, num)
      : null;
    this.#takeIn({ record, starts: known?.starts ?? null }, wanted);
  }

  status(): readonly AlertStatus[] {
    return [...this.#sinks.values()].map((sink) => sink.status());
  }

  /** Sends a message by one alert, or by all of them, at once and past whatever waits. */
  async test(name?: string): Promise<AlertTestReply> {
    if (name !== undefined && !this.#sinks.has(name)) {
      const suggestion = nearest(name, this.#sinks.keys()) ?? null;
      return { results: [], unknown: { name, suggestion } };
    }
    const chosen = [...this.#sinks.values()].filter((sink) =>
      name === undefined || sink.name === name
    );
    const date = this.#options.clock.date();
    const results = await Promise.all(chosen.map(async (sink): Promise<AlertTest> => {
      const delivery = await sink.test(testMessage(sink.name, date));
      const failure = delivery.kind === "delivered" ? null : delivery.reason;
      return { name: sink.name, target: sink.status().target, failure };
    }));
    return { results, unknown: null };
  }

  /**
   * Before the end: sends what has been gathered, and resolves when that is done, has failed, or
   * `limitMs` is over. What could not be sent is on disk then. It can go on as before after that.
   */
  async finish(limitMs: number): Promise<void> {
    if (this.#sinks.size === 0) return;
    await within(this.#options.clock, limitMs, this.#settled());
    this.#save();
    await this.#options.store.flushed();
  }

  async #settled(): Promise<void> {
    await this.#intake;
    await Promise.all([...this.#sinks.values()].map((sink) => sink.settled()));
  }

  #takeIn(facts: Facts, wanted: readonly Wanted[]): void {
    const lines = Math.max(...wanted.map(({ sink, news }) => sink.linesFor(news)));
    const isWithOutput = lines > 0 && this.#inIntake < MOST_WITH_OUTPUT;
    if (!isWithOutput && this.#inIntake === 0) return tell(facts, wanted, []);
    this.#inIntake++;
    this.#intake = this.#intake.then(async () => {
      tell(facts, wanted, isWithOutput ? await this.#outputOf(facts.record, lines) : []);
      this.#inIntake--;
    });
  }

  async #outputOf(
    { program = "", num = 0 }: JournalRecord,
    lines: number,
  ): Promise<readonly OutputExcerpt[]> {
    const output = this.#options.outputOf(program, num, lines);
    return await within(this.#options.clock, OUTPUT_LIMIT_MS, output) ?? [];
  }

  #newSink(settings: AlertSettings, stored: StoredAlert | null): AlertSink {
    const { clock, sender, record } = this.#options;
    return new AlertSink(settings, stored, { clock, sender, record, onChange: () => this.#save() });
  }

  #reportDropped(alert: string, events: number): void {
    if (events === 0) return;
    const reason = "it is no longer configured";
    this.#options.record({ kind: "alert_given_up", alert, events, reason });
  }

  #save(): void {
    this.#options.store.save(() =>
      Object.fromEntries([...this.#sinks].map(([name, sink]) => [name, sink.store()]))
    );
  }
}

function tell(facts: Facts, wanted: readonly Wanted[], output: readonly OutputExcerpt[]): void {
  for (const { sink, news } of wanted) {
    const lines = sink.linesFor(news);
    const last = lines === 0
      ? []
      : output.map((each) => ({ ...each, lines: each.lines.slice(-lines) }));
    sink.add({ ...facts, ...news, output: last });
  }
}

/** Two alerts may go to one mailbox, which takes messages of the same id for the same. */
function testMessage(name: string, date: string): AlertMessage {
  const id = `${name}-test-${new Date(date).getTime()}`;
  return { id, createdAt: date, isTest: true, items: [], more: [] };
}
