/** What the page knows of taskmaster, kept up to date by its events. */
import { type Fault, isHarmless } from "../core/fault.ts";
import type { JournalRecord } from "../core/record.ts";
import type { ProcessSnapshot, Snapshot } from "../core/snapshot.ts";
import type { OperationReply, UsageReply } from "../ports/controller.ts";
import { counted } from "./format.ts";
import { Api, ApiError, type Credentials, selecting, type Session } from "./api.ts";
import { keepUses, NO_USES, takeReading, type Use } from "./uses.ts";
import { untilVisible, whileVisible } from "./visible.ts";

/** A process, with the time of this page at which it was started. */
export interface Shown extends ProcessSnapshot {
  /** As `performance.now()` counts; null when it does not run. */
  readonly upSince: number | null;
}

export type Verb = "start" | "stop" | "restart";

/** Of operations: "off" while nobody could carry them out, "none" to a role that may only look. */
export type Offer = "on" | "off" | "none";

export type Phase = "loading" | "signed-out" | "live" | "lost";

const GATHER_MS = 100;
/** Beyond it, everything is asked for at once. */
const MOST_ASKED_FOR = 40;
const USAGE_EVERY_MS = 4000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5000;
const MOST_RECORDS = 500;
/** After these, other processes may be there. */
const CHANGES_ALL = ["reloaded", "supervisor_started", "supervisor_stopping", "supervisor_left"];

export class Store {
  readonly api = new Api();
  phase: Phase = "loading";
  session: Session | null = null;
  supervisor: Snapshot["supervisor"] | null = null;
  /** As `performance.now()` counts: when taskmaster was started. */
  supervisorSince = 0;
  processes: ReadonlyMap<string, Shown> = new Map();
  /** What went wrong with the last request for a process, by its name. */
  faults: ReadonlyMap<string, string> = new Map();
  /** Processes with a request under way. */
  busy: ReadonlySet<string> = new Set();
  /** Of the last request for processes, for those who cannot see their rows: "stop: done". */
  outcome = "";
  /** What went wrong with no process in particular. */
  trouble: string | null = null;
  records: readonly JournalRecord[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #dirty = new Set<string>();
  #isTold = false;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #uses = NO_USES;
  #following = new AbortController();

  /** Returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** To be called once. */
  async open(): Promise<void> {
    setInterval(() => void this.#readUsage(), USAGE_EVERY_MS);
    document.addEventListener("visibilitychange", () => void this.#readUsage());
    try {
      this.session = await this.api.session();
      void this.#follow();
    } catch (error) {
      this.#signedOut(error);
    }
  }

  /** Throws an ApiError. */
  async signIn(credentials: Credentials): Promise<void> {
    this.session = await this.api.signIn(credentials);
    this.phase = "loading";
    this.#tell();
    void this.#follow();
  }

  async signOut(): Promise<void> {
    this.#following.abort();
    await this.#attempt(() => this.api.signOut());
    this.#signedOut(null);
  }

  /** False when somebody has to sign in again; then the page says so. */
  async checkSession(): Promise<boolean> {
    await this.#attempt(async () => void await this.api.session());
    return this.session !== null;
  }

  /** Of processes that have a child. */
  get uses(): ReadonlyMap<string, Use> {
    return this.#uses.all;
  }

  get mayOperate(): boolean {
    return this.session !== null && this.session.role !== "read-only";
  }

  get offer(): Offer {
    if (!this.mayOperate) return "none";
    return this.phase === "live" ? "on" : "off";
  }

  get mayAdminister(): boolean {
    return this.session?.role === "admin";
  }

  operate(verb: Verb, names: readonly string[]): Promise<void> {
    return this.#request(verb, names, { selectors: names, wait: true });
  }

  signal(names: readonly string[], signal: string): Promise<void> {
    return this.#request("signal", names, { selectors: names, signal });
  }

  dismissTrouble(): void {
    this.trouble = null;
    this.#tell();
  }

  async #request(
    verb: Verb | "signal",
    names: readonly string[],
    body: unknown,
  ): Promise<void> {
    this.outcome = "";
    this.busy = this.busy.union(new Set(names));
    this.faults = new Map([...this.faults].filter(([name]) => !names.includes(name)));
    this.#tell();
    await this.#attempt(async () => {
      const { results, unknown } = await this.api.post<OperationReply>(
        `/v1/processes/${verb}`,
        body,
      );
      // Of many, those that are as they should be are no news; who asks for one wants an answer. A
      // signal that reached nothing has left nothing as it should be.
      const isNews = (fault: Fault) =>
        names.length === 1 || verb === "signal" || !isHarmless(fault);
      const failed = results.filter(({ fault }) => fault !== null && isNews(fault));
      const faults = failed.map(({ name, fault }): [string, string] => [name, fault!.message]);
      this.faults = new Map([...this.faults, ...faults]);
      const whom = names.length === 1 ? names[0]! : counted(names.length, "process");
      const failures = faults.length === 0 ? "done" : `${faults.length} refused`;
      this.outcome = `${verb} ${whom}: ${failures}`;
      if (unknown.length > 0) {
        this.trouble = `not there any more: ${unknown.map((one) => one.selector).join(", ")}`;
      }
    });
    this.busy = this.busy.difference(new Set(names));
    this.#tell();
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return this.#signedOut(error);
      this.trouble = error instanceof Error ? error.message : String(error);
      this.#tell();
    }
  }

  /** `cause`: null when it was asked for. */
  #signedOut(cause: unknown): void {
    const isRefused = cause === null || (cause instanceof ApiError && cause.status !== 0);
    this.#following.abort();
    this.phase = isRefused ? "signed-out" : "lost";
    this.session = null;
    this.processes = new Map();
    this.#uses = NO_USES;
    this.records = [];
    this.#tell();
    if (!isRefused) setTimeout(() => location.reload(), LONGEST_RETRY_MS);
  }

  async #follow(): Promise<void> {
    this.#following = new AbortController();
    const { signal } = this.#following;
    for (let delayMs = FIRST_RETRY_MS; !signal.aborted;) {
      await untilVisible(signal);
      const watched = whileVisible(signal);
      try {
        const events = await this.api.events("/v1/events/follow", watched);
        await Promise.all([this.#readAll(), this.#readRecords()]);
        this.phase = "live";
        delayMs = FIRST_RETRY_MS;
        this.#tell();
        void this.#readUsage();
        for await (const { event, data } of events) {
          if (event === "record") this.#take(data as JournalRecord);
          else this.#mark(null);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiError && error.status === 401) return this.#signedOut(error);
      }
      if (signal.aborted) return;
      if (watched.aborted) continue;
      this.phase = "lost";
      this.#tell();
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      delayMs = Math.min(2 * delayMs, LONGEST_RETRY_MS);
    }
  }

  #take(record: JournalRecord): void {
    if (record.kind === "request") return;
    // What happens between the beginning of the events and the reading of the past is told twice.
    if (record.seq > (this.records.at(-1)?.seq ?? 0)) {
      this.records = [...this.records.slice(1 - MOST_RECORDS), record];
    }
    if (record.process !== undefined) this.#mark(record.process);
    else if (CHANGES_ALL.includes(record.kind)) this.#mark(null);
    this.#tell();
  }

  /** null: everything may have changed. */
  #mark(name: string | null): void {
    this.#dirty.add(name ?? "all");
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      const names = [...this.#dirty];
      this.#dirty.clear();
      const isAll = names.includes("all") || names.length > MOST_ASKED_FOR;
      void this.#attempt(() => isAll ? this.#readAll() : this.#readSome(names));
    }, GATHER_MS);
  }

  async #readAll(): Promise<void> {
    const { processes, supervisor } = await this.api.get<Snapshot>("/v1/processes");
    this.supervisor = supervisor;
    this.supervisorSince = performance.now() - supervisor.uptimeMs;
    this.#show(new Map(processes.map((process) => [process.name, shown(process)])));
  }

  async #readRecords(): Promise<void> {
    this.records = await this.api.get<JournalRecord[]>(`/v1/events?limit=${MOST_RECORDS}`);
    this.#tell();
  }

  async #readSome(names: readonly string[]): Promise<void> {
    type Reply = Snapshot & Pick<OperationReply, "unknown">;
    const reply = await this.api.get<Reply>(`/v1/processes?${selecting(names)}`);
    if (reply.unknown.length > 0) return await this.#readAll();
    const next = new Map(this.processes);
    for (const process of reply.processes) next.set(process.name, shown(process));
    this.#show(next);
  }

  /** What an earlier child has used is forgotten: the next reading is seconds away. */
  #show(processes: ReadonlyMap<string, Shown>): void {
    const before = this.processes;
    this.processes = processes;
    this.#uses = keepUses(
      this.#uses,
      (name) => hasChild(processes.get(name)) && processes.get(name)?.pid === before.get(name)?.pid,
    );
    this.#tell();
  }

  async #readUsage(): Promise<void> {
    if (this.phase !== "live" || document.hidden) return;
    await this.#attempt(async () => {
      const { processes } = await this.api.get<UsageReply>("/v1/usage");
      // It may be of a moment before the last child ended.
      const present = processes.filter(({ name }) => hasChild(this.processes.get(name)));
      this.#uses = takeReading(this.#uses, present, performance.now());
      this.#tell();
    });
  }

  /** Once for all that changes in one go. */
  #tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    queueMicrotask(() => {
      this.#isTold = false;
      for (const listener of this.#listeners) listener();
    });
  }
}

function hasChild(process: Shown | undefined): boolean {
  return process !== undefined && process.pid !== null;
}

function shown(process: ProcessSnapshot): Shown {
  const { uptimeMs } = process;
  return { ...process, upSince: uptimeMs === null ? null : performance.now() - uptimeMs };
}
