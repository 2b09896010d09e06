/** The controller for front ends in the same program as the supervisor. */
import type { Fault } from "../core/fault.ts";
import { err, ok, type Result } from "../base/result.ts";
import { type Actor, isAtLeast, type JournalRecord } from "../core/record.ts";
import type { SignalName } from "../core/signal.ts";
import type { Snapshot } from "../core/snapshot.ts";
import type { ConfigSource } from "../ports/config_source.ts";
import type { AlertStatus } from "../core/alert/status.ts";
import type {
  AlertTestReply,
  Controller,
  Following,
  FollowReply,
  OperationReply,
  PlanReply,
  ProcessResult,
  RecordQuery,
  SettingsView,
  SupervisorVersion,
  TailReply,
  UsageReply,
} from "../ports/controller.ts";
import type { AttachListener, Attachment, AttachOptions } from "../ports/attachment.ts";
import type { Terminals } from "../ports/terminals.ts";
import { attach } from "./attach.ts";
import type { UsageReader } from "../ports/usage_reader.ts";
import type { OutputLogs, OutputPiece } from "../ports/output_logs.ts";
import { describeRefusal } from "./describe_refusal.ts";
import { followingUntil } from "./following.ts";
import { refuseRestart, restart, start, stop } from "./operations.ts";
import { clearOutput, followOutput, type OutputRange, tailOutput } from "./output_requests.ts";
import { type Entry, nameOf } from "./process_table.ts";
import { applyPlan, planFor } from "./reload.ts";
import { settingsView } from "./settings_view.ts";
import { snapshotOf } from "./take_snapshot.ts";
import { summarisePlan } from "../core/plan.ts";
import type { Supervisor } from "./supervisor.ts";

/** What is known of the supervisor's own process. */
export interface SupervisorIdentity {
  readonly pid: number;
  readonly version: string;
  /** Name of the user it runs as. */
  readonly user: string;
}

/** What can be asked of the alerts. */
export interface AlertControl {
  status(): readonly AlertStatus[];
  test(name?: string): Promise<AlertTestReply>;
}

export interface LocalControllerOptions {
  readonly supervisor: Supervisor;
  readonly configSource: ConfigSource;
  readonly identity: SupervisorIdentity;
  readonly outputLogs: OutputLogs;
  readonly alerts: AlertControl;
  readonly terminals: Terminals;
  readonly usage: UsageReader;
  /** On whose behalf requests are made. */
  readonly actor: Actor;
  /** Ends the whole program; resolves when nothing is left to be done. */
  readonly shutdown: (by: Actor, leaveRunning: boolean) => Promise<void>;
  /** Resolves only with what went wrong. */
  readonly upgrade: (by: Actor, executable: string | undefined) => Promise<string>;
}

type Operation = (
  supervisor: Supervisor,
  entries: readonly Entry[],
  by: Actor,
) => Promise<ProcessResult[]>;

export class LocalController implements Controller {
  readonly #supervisor: Supervisor;
  readonly #options: LocalControllerOptions;

  constructor(options: LocalControllerOptions) {
    this.#supervisor = options.supervisor;
    this.#options = options;
  }

  snapshot(
    selectors: readonly string[] = [],
  ): Promise<Snapshot & Pick<OperationReply, "unknown">> {
    const now = this.#supervisor.now();
    const { entries, unknown } = this.#supervisor.table.select(selectors);
    return Promise.resolve({
      processes: entries.map((entry) => snapshotOf(entry, now, this.#options.outputLogs)),
      supervisor: {
        ...this.#options.identity,
        config: this.#supervisor.configuration.path,
        uptimeMs: now - this.#supervisor.startedAtMs,
        shuttingDown: this.#supervisor.isShuttingDown,
      },
      unknown,
    });
  }

  async usage(selectors: readonly string[] = []): Promise<UsageReply> {
    const { entries, unknown } = this.#supervisor.table.select(selectors);
    const running = entries.flatMap((entry) => {
      const pid = entry.child?.identity.pid;
      return pid === undefined ? [] : [{ name: nameOf(entry), pid }];
    });
    const usages = await this.#options.usage.read(running.map(({ pid }) => pid));
    const processes = running.flatMap(({ name, pid }) => {
      const usage = usages.get(pid);
      return usage === undefined ? [] : [{ name, ...usage }];
    });
    return { processes, unknown };
  }

  start(selectors: readonly string[], options?: { wait?: boolean }): Promise<OperationReply> {
    return this.#operate(start, selectors, options);
  }

  stop(selectors: readonly string[], options?: { wait?: boolean }): Promise<OperationReply> {
    return this.#operate(stop, selectors, options);
  }

  restart(selectors: readonly string[], options?: { wait?: boolean }): Promise<OperationReply> {
    return this.#operate(restart, selectors, options);
  }

  signal(selectors: readonly string[], signal: SignalName): Promise<OperationReply> {
    const { entries, unknown } = this.#supervisor.table.select(selectors);
    const results = entries.map((entry) => {
      const outcome = this.#supervisor.signal(entry, signal, this.#options.actor);
      let fault: Fault | null = null;
      if (outcome === null || outcome.kind === "gone") {
        fault = { code: "not_running", message: "not running" };
      } else if (outcome.kind === "refused") {
        fault = { code: "signal_refused", message: outcome.reason };
      }
      return { name: nameOf(entry), fault, pid: entry.child?.identity.pid ?? null };
    });
    return Promise.resolve({ results, unknown });
  }

  tail(selectors: readonly string[], range: OutputRange): Promise<TailReply> {
    return tailOutput(this.#options.outputLogs, this.#supervisor.table.select(selectors), range);
  }

  followOutput(
    selectors: readonly string[],
    range: OutputRange,
    listener: (name: string, piece: OutputPiece) => void | Promise<void>,
  ): Promise<FollowReply> {
    const selection = this.#supervisor.table.select(selectors);
    return Promise.resolve(
      followOutput(this.#options.outputLogs, selection, range, listener),
    );
  }

  clear(selectors: readonly string[]): Promise<OperationReply> {
    return clearOutput(this.#options.outputLogs, this.#supervisor.table.select(selectors));
  }

  attach(
    name: string,
    options: AttachOptions,
    listener: AttachListener,
  ): Promise<Result<Attachment, Fault>> {
    const request = { name, options, listener };
    return Promise.resolve(attach(this.#supervisor, this.#options.terminals, request));
  }

  plan(): Promise<PlanReply> {
    const read = this.#options.configSource.read();
    if (!read.ok) return Promise.resolve(err(read.error));
    const { configuration, warnings } = read.value;
    return Promise.resolve(ok({ plan: planFor(this.#supervisor, configuration), warnings }));
  }

  reload(): Promise<PlanReply> {
    const by = this.#options.actor;
    const { journal } = this.#supervisor;
    const read = this.#options.configSource.read();
    if (!read.ok) {
      journal.append({ kind: "reload_refused", problems: describeRefusal(read.error), by });
      return Promise.resolve(err(read.error));
    }
    const { configuration, warnings } = read.value;
    const plan = planFor(this.#supervisor, configuration);
    journal.append({ kind: "reloaded", summary: summarisePlan(plan), by });
    for (const key of plan.needsDaemonRestart) {
      const message = `taskmaster.${key} changed; it takes effect when taskmaster is started again`;
      journal.append({ kind: "note", message });
    }
    const finished = applyPlan(this.#supervisor, configuration, plan, by);
    // Nothing in it rejects: what fails is the process's own matter and is in the journal.
    void finished;
    return Promise.resolve(ok({ plan, warnings }));
  }

  records(query: RecordQuery): Promise<readonly JournalRecord[]> {
    const { level = "debug" } = query;
    const records = this.#matching(query).filter((record) => isAtLeast(record.level, level));
    const { limit = records.length } = query;
    return Promise.resolve(records.slice(Math.max(0, records.length - limit)));
  }

  follow(listener: (record: JournalRecord) => void): Following {
    return followingUntil(this.#supervisor.journal.subscribe(listener));
  }

  alerts(): Promise<readonly AlertStatus[]> {
    return Promise.resolve(this.#options.alerts.status());
  }

  testAlerts(name?: string): Promise<AlertTestReply> {
    return this.#options.alerts.test(name);
  }

  noteCommand(line: string): Promise<void> {
    this.#supervisor.journal.append({ kind: "command", line, by: this.#options.actor });
    return Promise.resolve();
  }

  shutdown({ leaveRunning = false }: { leaveRunning?: boolean } = {}): Promise<void> {
    return this.#options.shutdown(this.#options.actor, leaveRunning);
  }

  async upgrade(executable?: string): Promise<Result<SupervisorVersion, string>> {
    return err(await this.#options.upgrade(this.#options.actor, executable));
  }

  settings(): Promise<SettingsView> {
    return Promise.resolve(settingsView(this.#supervisor.configuration));
  }

  async #operate(
    operation: Operation,
    selectors: readonly string[],
    options: { wait?: boolean } = {},
  ): Promise<OperationReply> {
    const { entries, unknown } = this.#supervisor.table.select(selectors);
    const done = operation(this.#supervisor, entries, this.#options.actor);
    if (options.wait !== false) return { results: await done, unknown };
    void done; // it belongs to the supervisor and ends by itself
    const results = entries.map((entry) => {
      const fault = operation === stop ? null : refuseRestart(this.#supervisor, entry);
      return { name: nameOf(entry), fault, pid: null };
    });
    return { results, unknown };
  }

  #matching(query: RecordQuery): JournalRecord[] {
    const { journal, table } = this.#supervisor;
    if (query.selectors === undefined) return journal.all();
    const { entries } = table.select(query.selectors);
    const records = entries.flatMap((entry) => journal.ofProcess(entry.id));
    return records.sort((a, b) => a.seq - b.seq);
  }
}
