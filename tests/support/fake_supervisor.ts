/** A whole supervisor under fake ports, with its controller and what it has recorded. */
import type { Configuration } from "../../src/core/configuration.ts";
import type { AlertStatus } from "../../src/core/alert/status.ts";
import type { Program } from "../../src/core/program.ts";
import type { Actor, JournalRecord } from "../../src/core/record.ts";
import { ok } from "../../src/base/result.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { OutputLogs } from "../../src/ports/output_logs.ts";
import type { ConfigSource } from "../../src/ports/config_source.ts";
import type { Usage } from "../../src/core/process_usage.ts";
import type { AlertTestReply } from "../../src/ports/controller.ts";
import { Journal } from "../../src/supervisor/journal.ts";
import { LocalController } from "../../src/supervisor/local_controller.ts";
import { Lifecycle } from "../../src/supervisor/lifecycle.ts";
import { Supervisor } from "../../src/supervisor/supervisor.ts";
import { boot } from "../../src/supervisor/boot.ts";
import { FakeStore } from "./fake_store.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeSpawner } from "./fake_spawner.ts";
import { FakeTerminals } from "./fake_terminals.ts";
import { makeConfiguration, makeProgram } from "./make_program.ts";

export class FakeSupervisor {
  readonly clock: FakeClock;
  readonly spawner: FakeSpawner;
  readonly store: FakeStore;
  readonly #configuration: Configuration;
  #isDead = false;
  readonly #outputLogs: OutputLogs;
  readonly records: JournalRecord[] = [];
  readonly journal: Journal;
  readonly supervisor: Supervisor;
  readonly lifecycle: Lifecycle;
  readonly controller: LocalController;
  readonly terminals = new FakeTerminals();
  /** What is told of the alerts, none of which is ever sent. */
  readonly alerts: AlertStatus[] = [];
  /** By pid: what processes use. */
  readonly usage = new Map<number, Usage>();
  /** What the next reload reads. */
  configSource: ConfigSource;

  /** `before`: an earlier supervisor, that was killed, in the same world. */
  constructor(
    programs: readonly Partial<Program>[],
    before?: FakeSupervisor,
    outputLogs: OutputLogs = NO_LOGS,
  ) {
    this.clock = before?.clock ?? new FakeClock();
    this.spawner = before?.spawner ?? new FakeSpawner();
    this.store = before?.store ?? new FakeStore();
    const configuration = makeConfiguration(programs.map(makeProgram));
    this.#configuration = configuration;
    this.journal = new Journal(this.clock);
    this.journal.subscribe((record) => this.records.push(record));
    const { spawner, store } = this;
    this.supervisor = new Supervisor(
      configuration,
      { clock: this.#mortalClock(), spawner, store },
      this.journal,
    );
    if (before !== undefined) before.#isDead = true;
    this.lifecycle = new Lifecycle(this.supervisor);
    this.configSource = sourceOf(configuration);
    this.#outputLogs = outputLogs;
    this.controller = this.controllerFor({ via: "shell" });
  }

  /** Nothing is due any more once the next one is there. */
  #mortalClock(): Clock {
    const { clock } = this;
    const whileAlive = (callback: () => void) => () => this.#isDead ? undefined : callback();
    return {
      now: () => clock.now(),
      date: (atMs) => clock.date(atMs),
      callAt: (atMs, callback) => clock.callAt(atMs, whileAlive(callback)),
      callSoon: (callback) => clock.callSoon(whileAlive(callback)),
    };
  }

  controllerFor(actor: Actor): LocalController {
    return new LocalController({
      supervisor: this.supervisor,
      configSource: { read: () => this.configSource.read() },
      identity: { pid: 1, version: "0.0.0", user: "test" },
      outputLogs: this.#outputLogs,
      terminals: this.terminals,
      usage: { read: () => Promise.resolve(this.usage) },
      alerts: {
        status: () => this.alerts,
        test: (name) => Promise.resolve(this.#testAlerts(name)),
      },
      actor,
      shutdown: (by) => this.lifecycle.shutDown(by),
      upgrade: () => Promise.resolve("there is nothing to upgrade to here"),
    });
  }

  #testAlerts(wanted: string | undefined): AlertTestReply {
    const named = this.alerts.filter(({ name }) => wanted === undefined || wanted === name);
    const results = named.map(({ name, target, problem }) => ({ name, target, failure: problem }));
    const isUnknown = wanted !== undefined && named.length === 0;
    return { results, unknown: isUnknown ? { name: wanted, suggestion: null } : null };
  }

  /** Starts what is to be started, or takes back what the supervisor before has left. */
  begin(): Promise<void> {
    const stored = this.store.load();
    const isFirst = stored.programs.size === 0;
    return boot(this.supervisor, this.#configuration, isFirst ? null : stored);
  }

  /** The same, and lets it come up. */
  async boot(): Promise<this> {
    void this.begin();
    await this.clock.advance(5000);
    return this;
  }

  note(message: string): void {
    this.journal.append({ kind: "note", message });
  }

  configure(programs: readonly Partial<Program>[]): void {
    this.configSource = sourceOf(makeConfiguration(programs.map(makeProgram)));
  }

  /** "web:0 RUNNING, db STOPPED" */
  async states(): Promise<string> {
    const { processes } = await this.controller.snapshot();
    return processes.map(({ name, state }) => `${name} ${state}`).join(", ");
  }

  async pidOf(name: string): Promise<number | null> {
    const { processes } = await this.controller.snapshot();
    return processes.find((process) => process.name === name)?.pid ?? null;
  }

  /** "web started, web running", without what is told about no process. */
  history(): string[] {
    return this.records.flatMap(({ process, kind }) => process ? [`${process} ${kind}`] : []);
  }
}

const NO_LOGS: OutputLogs = {
  tail: () => Promise.resolve({ bytes: new Uint8Array(), problem: "no logs here" }),
  follow: () => {
    throw new Error("no logs here");
  },
  clear: () => Promise.resolve(),
  lossOf: () => ({ bytes: 0, reason: null }),
};

function sourceOf(configuration: Configuration): ConfigSource {
  const warnings = { source: { path: configuration.path, text: "" }, diagnostics: [] };
  return { read: () => ok({ configuration, warnings }) };
}
