/** What taskmaster has written into its own log, in all its lives. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { JournalRecord } from "../../src/core/record.ts";
import { parseSignal, signalNumber } from "../../src/core/signal.ts";
import type { Check } from "./verdict.ts";

export interface JournalFindings {
  readonly checks: readonly Check[];
  /** How often what was told. */
  readonly counts: ReadonlyMap<string, number>;
}

/** "PROCESS PID" → number of the signal that it has sent itself as its last deed. */
export type Deaths = ReadonlyMap<string, number>;

export async function readJournal(
  path: string,
  deaths: Deaths,
  hitPids: ReadonlySet<number>,
): Promise<JournalFindings> {
  const counts = new Map<string, number>();
  const ends = new EndsOfChildren(deaths, hitPids);
  const bugs: string[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const record = parseRecord(line);
    if (record === null) {
      bugs.push(`no record: ${line}`);
      continue;
    }
    counts.set(record.kind, (counts.get(record.kind) ?? 0) + 1);
    ends.take(record);
    if (record.kind === "note" && /internal error/i.test(record.message)) bugs.push(record.message);
  }
  const told = counts.values().reduce((sum, count) => sum + count, 0);
  const noBugs = { name: "no internal error is logged", seen: `${told} records`, complaints: bugs };
  return { counts, checks: [ends.check, noBugs] };
}

/** Whoever died of its own signal, and was sent no other, is told to have died of that one. */
class EndsOfChildren {
  readonly #deaths: Deaths;
  readonly #hitPids: ReadonlySet<number>;
  readonly #stopped = new Set<string>();
  readonly #complaints: string[] = [];
  readonly #signals = new Set<number>();
  #exact = 0;
  #unknown = 0;

  constructor(deaths: Deaths, hitPids: ReadonlySet<number>) {
    this.#deaths = deaths;
    this.#hitPids = hitPids;
  }

  take(record: JournalRecord): void {
    if (!("pid" in record)) return;
    const child = `${record.process} ${record.pid}`;
    if (record.kind === "started") this.#stopped.delete(child);
    if (record.kind === "stopping") this.#stopped.add(child);
    const own = this.#deaths.get(child);
    if (record.kind !== "exited" || own === undefined) return;
    if (this.#stopped.has(child) || this.#hitPids.has(record.pid)) return;
    const { exit } = record;
    if (exit.kind === "unknown") this.#unknown++;
    else if (exit.kind === "signal" && numberOf(exit.signal) === own) this.#exact++;
    else this.#complaints.push(`${child} died of signal ${own}: ${JSON.stringify(exit)}`);
    this.#signals.add(own);
  }

  get check(): Check {
    const seen =
      `${this.#exact} of ${this.#signals.size} signals, and ${this.#unknown} that ended ` +
      "while taskmaster was dead or were adopted";
    return { name: "ends by a signal are told as they were", seen, complaints: this.#complaints };
  }
}

function numberOf(signal: string): number {
  const name = parseSignal(signal);
  return name === undefined ? Number(signal) : signalNumber(name);
}

function parseRecord(line: string): JournalRecord | null {
  try {
    return JSON.parse(line) as JournalRecord;
  } catch {
    return null;
  }
}

/** Reads what the programs that die have noted before. */
export function readDeaths(file: string): Deaths {
  const deaths = new Map<string, number>();
  for (const line of Deno.readTextFileSync(file).split("\n")) {
    const [process, pid, signal] = line.split(" ");
    if (signal !== undefined) deaths.set(`${process} ${pid}`, Number(signal));
  }
  return deaths;
}
