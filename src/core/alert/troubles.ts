/**
 * What an alert has told bad news of, so that it can tell when that is over. Bad news that was not
 * told needs no end.
 */
import { processId } from "../name.ts";
import type { JournalRecord } from "../record.ts";
import { type AlertEvent, eventsOf } from "./alert_event.ts";

export interface Trouble {
  readonly event: AlertEvent;
  /** ISO 8601. */
  readonly since: string;
  /** It is being stopped: that it ends then is no recovery. */
  readonly isStopping?: true;
}

/** What a record is to one alert. */
export interface News {
  readonly event: AlertEvent;
  /** For `recovered`: when the trouble began. */
  readonly since: string | null;
}

export class Troubles {
  /** By what they are about: see `subjectOf`. */
  readonly #all: Map<string, Trouble>;

  constructor(stored: readonly (readonly [string, Trouble])[] = []) {
    this.#all = new Map(stored);
  }

  /** Plain data, for the constructor. */
  toArray(): readonly (readonly [string, Trouble])[] {
    return [...this.#all];
  }

  /** Takes note of a record, and says what an alert for the events `on` has to tell of it. */
  take(record: JournalRecord, on: readonly AlertEvent[]): News | null {
    const event = eventsOf(record).find((event) => on.includes(event));
    const told = event === undefined ? null : { event, since: null };
    const subject = subjectOf(record);
    if (subject === null) return told;
    const trouble = this.#all.get(subject);
    if (event !== undefined && isBadNews(event)) {
      this.#all.set(subject, { event, since: trouble?.since ?? record.time });
      return told;
    }
    if (trouble === undefined) return told;
    switch (changeOf(record, trouble)) {
      case "over":
        this.#all.delete(subject);
        return on.includes("recovered") ? { event: "recovered", since: trouble.since } : told;
      case "settled":
        this.#all.delete(subject);
        return told;
      case "stopping":
        this.#all.set(subject, { ...trouble, isStopping: true });
        return told;
      case "none":
        return told;
    }
  }

  /** Forgets what is about programs that are no longer there. */
  keepOnly(programs: { has(name: string): boolean }): void {
    for (const subject of this.#all.keys()) {
      if (!programs.has(subject.slice(0, subject.indexOf(":")))) this.#all.delete(subject);
    }
  }
}

/** It may be over some time. */
export function isBadNews(event: AlertEvent): boolean {
  return event === "fatal" || event === "exited_unexpectedly" || event === "backoff" ||
    event === "output_lost";
}

/** A process, or one of its streams. */
function subjectOf(record: JournalRecord): string | null {
  const { program, num } = record;
  if (program === undefined || num === undefined) return null;
  const id = processId(program, num);
  const isOfStream = record.kind === "output_lost" || record.kind === "output_recovered";
  return isOfStream ? `${id} ${record.stream}` : id;
}

function changeOf(
  record: JournalRecord,
  trouble: Trouble,
): "over" | "settled" | "stopping" | "none" {
  switch (record.kind) {
    case "running":
    case "output_recovered":
      return "over";
    case "exited":
      return record.expected && trouble.isStopping === undefined ? "over" : "none";
    case "stopping":
      return "stopping";
    case "stopped":
      return "settled";
    default:
      return "none";
  }
}
