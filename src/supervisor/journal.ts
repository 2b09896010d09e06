/** What happened and when: numbers and dates happenings, keeps the newest, tells the readers. */
import { type ProcessId, processId } from "../core/name.ts";
import { RingBuffer } from "../base/ring_buffer.ts";
import { type Happening, type JournalRecord, levelOf, type RecordLevel } from "../core/record.ts";
import type { Clock } from "../ports/clock.ts";

const KEPT = 2000;
/** Kept apart for each process, so that a noisy neighbour cannot push out what `why` needs. */
const KEPT_PER_PROCESS = 20;

/** The process a record is about. */
export interface About {
  /** The name as shown. */
  readonly process: string;
  readonly program: string;
  readonly num: number;
}

export class Journal {
  readonly #clock: Clock;
  readonly #all = new RingBuffer<JournalRecord>(KEPT);
  readonly #byProcess = new Map<ProcessId, readonly JournalRecord[]>();
  readonly #listeners = new Set<(record: JournalRecord) => void>();
  #seq = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `level` overrides what the kind of happening says by itself. */
  append(happening: Happening, about?: About, level?: RecordLevel): void {
    const record: JournalRecord = {
      seq: ++this.#seq,
      time: this.#clock.date(),
      level: level ?? levelOf(happening),
      ...about,
      ...happening,
    };
    // A client that asks for the state every second must not push out what has happened.
    if (happening.kind !== "request") this.#all.push(record);
    if (about) this.#keep(processId(about.program, about.num), record);
    for (const listener of this.#listeners) listener(record);
  }

  /** Oldest first. */
  all(): JournalRecord[] {
    return this.#all.toArray();
  }

  /** Oldest first. */
  ofProcess(id: ProcessId): JournalRecord[] {
    return [...this.#byProcess.get(id) ?? []];
  }

  /** The process is gone for good; its records remain among all. */
  forget(id: ProcessId): void {
    this.#byProcess.delete(id);
  }

  /** A listener must not throw. The returned function ends it. */
  subscribe(listener: (record: JournalRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** In arrays no larger than needed: most processes have two records, and there may be thousands. */
  #keep(id: ProcessId, record: JournalRecord): void {
    const kept = this.#byProcess.get(id) ?? [];
    this.#byProcess.set(id, kept.slice(-KEPT_PER_PROCESS + 1).concat(record));
  }
}
