/** A supervisor with everything that belongs to one in a real process: log, signals, its end. */
import type { ExitCode } from "../commands/exit_code.ts";
import type { LogTo } from "../cli/arguments.ts";
import type { Configuration, LogFormat } from "../core/configuration.ts";
import type { Actor, JournalRecord, RecordLevel } from "../core/record.ts";
import type { Controller } from "../ports/controller.ts";
import { Journal } from "../supervisor/journal.ts";
import { LocalController } from "../supervisor/local_controller.ts";
import { Supervisor } from "../supervisor/supervisor.ts";
import { alertVariables } from "../core/alert/settings.ts";
import { tokenVariables } from "../core/http_settings.ts";
import { processId } from "../core/name.ts";
import { ChildStreams } from "../sys/output/child_streams.ts";
import { parseStreamKey } from "../sys/output/child_output.ts";
import { CapturedOutput } from "./captured_output.ts";
import { ControlPlane } from "./control_plane.ts";
import { boot } from "../supervisor/boot.ts";
import type { StoredTable } from "../ports/state_store.ts";
import { bootId } from "../sys/process/proc_stat.ts";
import { StateTable } from "../sys/files/state_table.ts";
import { OutputCopies } from "../sys/output/output_copies.ts";
import { reapStrangers } from "../sys/process/reaper.ts";
import { systemClock } from "../sys/clock.ts";
import { removePidFile } from "../sys/files/pid_file.ts";
import { ProcUsageReader } from "../sys/process/proc_usage.ts";
import { LinuxSpawner } from "../sys/process/spawn.ts";
import { loadEmulator } from "../sys/tty/emulator.ts";
import { TerminalHub } from "../sys/tty/terminal_hub.ts";
import { lookUpUser } from "../sys/privileges/user_database.ts";
import { VERSION } from "../base/version.ts";
import type { Alerts } from "../alert/alerts.ts";
import { startAlerts } from "./alerts.ts";
import { Ending } from "./ending.ts";
import { reportFatalStates } from "./fatal_reports.ts";
import { type LastStep, takeLastSteps } from "./last_steps.ts";
import { JournalLog } from "./journal_log.ts";
import { OwnOutput } from "./own_output.ts";
import { handleSignals } from "./process_signals.ts";
import { ServiceNotices } from "./service_notices.ts";
import type { Started } from "./start_up.ts";
import { Upgrading } from "./upgrading.ts";

/** What our own standard output is for. */
export interface OutputUse {
  readonly logTo: LogTo;
  /** No shell is on it, and somebody may read it: copies of what programs write may be there. */
  readonly isOutputFree: boolean;
}

export class RunningSupervisor {
  readonly #started: Started;
  readonly #journal = new Journal(systemClock);
  readonly #ownOutput = new OwnOutput(() => this.#format());
  readonly #log: JournalLog;
  readonly #supervisor: Supervisor;
  readonly #ending: Ending;
  readonly upgrading: Upgrading;
  readonly #state: StateTable;
  readonly #output: CapturedOutput;
  readonly #alerts: Alerts;
  readonly #terminals: TerminalHub;
  readonly #stored: StoredTable | null;
  readonly #control: ControlPlane;
  readonly #usage = new ProcUsageReader(() => systemClock.now());
  readonly #releases: (() => void)[] = [];
  /** What programs do not inherit of our environment: those of every secret that there ever was. */
  #secretVariables: ReadonlySet<string>;

  /** Throws when what an earlier run left cannot be read: programs might then run twice. */
  constructor(started: Started, { logTo, isOutputFree }: OutputUse) {
    this.#started = started;
    this.#log = new JournalLog(
      started.configuration.daemon,
      (problem) => this.note(`the log cannot be written: ${problem}`, "error"),
      logTo === "stdout" ? this.#ownOutput : null,
    );
    this.#journal.subscribe((record) => this.#log.write(record));
    const { stateDir } = started.configuration.daemon;
    this.#secretVariables = secretVariables(started.configuration);
    this.#state = new StateTable({
      path: `${stateDir}/state`,
      bootId: bootId(),
      onProblem: (problem) => this.note(problem ?? "the state table can be written again"),
    });
    this.#stored = this.#state.load();
    this.#output = new CapturedOutput({
      stateDir,
      onLoss: ({ key, bytes, reason }) => {
        const { program, num, stream } = parseStreamKey(key);
        const happening = { kind: "output_lost", stream, bytes, reason } as const;
        this.#supervisor.recordOf(processId(program, num), happening);
      },
      onRecovered: ({ key, bytesLost }) => {
        const { program, num, stream } = parseStreamKey(key);
        const happening = { kind: "output_recovered", stream, bytesLost } as const;
        this.#supervisor.recordOf(processId(program, num), happening);
      },
      onWarning: (message) => this.note(message),
    });
    this.#terminals = new TerminalHub({
      stateDir,
      output: this.#output.hub,
      loadEmulator,
      onWarning: (message) => this.note(message),
    });
    this.#supervisor = new Supervisor(started.configuration, {
      clock: systemClock,
      spawner: new LinuxSpawner({
        stateDir,
        streams: new ChildStreams({
          hub: this.#output.hub,
          terminals: this.#terminals,
          onWarning: (message) => this.note(message),
          copies: isOutputFree ? this.#copies() : null,
        }),
        withheld: () => this.#secretVariables,
      }),
      store: this.#state,
    }, this.#journal);
    this.#supervisor.onConfigured((configuration) => {
      const { daemon } = configuration;
      this.#log.configure(daemon);
      this.#control.configure(configuration);
      this.#secretVariables = this.#secretVariables.union(secretVariables(configuration));
    });
    reportFatalStates(this.#supervisor, this.#journal);
    this.#alerts = startAlerts({
      supervisor: this.#supervisor,
      journal: this.#journal,
      output: this.#output,
      secrets: started.secrets,
    });
    this.#ending = new Ending({
      supervisor: this.#supervisor,
      alerts: this.#alerts,
      terminals: this.#terminals,
      output: this.#output,
      state: this.#state,
    });
    this.upgrading = new Upgrading({
      started,
      journal: this.#journal,
      alerts: this.#alerts,
      ending: this.#ending,
    });
    this.#control = new ControlPlane({
      settings: started.configuration.daemon,
      tokenSecrets: started.tokenSecrets,
      journal: this.#journal,
      controllerFor: (actor) => this.controllerFor(actor),
      page: started.page,
      onBug: (cause) => this.#reportBug(cause),
    });
  }

  /** Why the log cannot be written; null while it can. */
  get logProblem(): string | null {
    return this.#log.problem;
  }

  get configuration(): Configuration {
    return this.#supervisor.configuration;
  }

  controllerFor(actor: Actor): Controller {
    return new LocalController({
      supervisor: this.#supervisor,
      configSource: this.#started.configSource,
      identity: { pid: Deno.pid, version: VERSION, user: userName(this.#started) },
      outputLogs: this.#output,
      alerts: this.#alerts,
      terminals: this.#terminals,
      usage: this.#usage,
      actor,
      shutdown: (by, leaveRunning) =>
        leaveRunning ? this.#ending.leave(by) : this.#ending.shutDown(by),
      upgrade: (by, executable) => this.upgrading.upgrade(by, executable),
    });
  }

  readonly #onBug = (event: PromiseRejectionEvent | ErrorEvent): void => {
    event.preventDefault();
    this.#reportBug("reason" in event ? event.reason : event.error);
  };

  #reportBug(cause: unknown): void {
    const stack = cause instanceof Error ? cause.stack ?? cause.message : String(cause);
    this.note(`internal error: ${stack}`, "error");
  }

  /** Lets clients in. Rejects with an error of one line. */
  async openControl(): Promise<void> {
    await this.#control.open();
  }

  /** Starts what is to be started by itself. */
  start(): void {
    const { user, warnings } = this.#started;
    this.#journal.append({ kind: "supervisor_started", pid: Deno.pid, version: VERSION });
    if (user !== null) {
      this.#journal.append({ kind: "privileges_dropped", user: user.name, group: user.group });
    }
    this.upgrading.recordLast();
    for (const warning of warnings) this.note(warning);
    // What is there is taken back when this returns; what is still to be started may take long.
    boot(this.#supervisor, this.configuration, this.#stored).catch((cause) =>
      this.#ending.stepBack(cause)
    );
    this.#terminals.sweep();
    // All children of ours are claimed by now, those of the program before us included.
    this.#releases.push(reapStrangers());
    this.#tellServiceManager();
  }

  #tellServiceManager(): void {
    const manager = this.#started.serviceManager;
    if (manager === null) return;
    const notices = new ServiceNotices({
      manager,
      configuration: () => this.configuration,
      onProblem: (problem) => this.note(problem),
    });
    this.#releases.push(() => notices.close());
    this.#journal.subscribe((record) => notices.hear(record));
    notices.ready();
  }

  note(message: string, level: RecordLevel = "warn"): void {
    this.#journal.append({ kind: "note", message }, undefined, level);
  }

  /** Until the function it gives is called. */
  follow(listener: (record: JournalRecord) => void): () => void {
    return this.#journal.subscribe(listener);
  }

  /** Resolves when everything is stopped, with what to exit with. */
  whenEnded(): Promise<ExitCode> {
    return this.#ending.whenDone();
  }

  handleSignals({ isHangUp }: { readonly isHangUp: () => boolean }): void {
    this.#releases.push(handleSignals({
      isHangUp,
      isEnding: () => this.#ending.isUnderWay,
      end: (by) => void this.#ending.shutDown(by),
      endAtOnce: (by) => this.#ending.killWhatIsLeft(by),
      reload: (by) => void this.controllerFor(by).reload(),
      reopenLogs: () => {
        this.#log.reopen();
        this.#output.hub.reopenAll();
      },
    }));
    // A bug somewhere must not be the end of the supervision.
    for (const event of ["unhandledrejection", "error"] as const) {
      addEventListener(event, this.#onBug);
      this.#releases.push(() => removeEventListener(event, this.#onBug));
    }
  }

  /** As `close`, for one that was not started. What an earlier run has left stays as it is. */
  async abandon(): Promise<void> {
    const isTakingOver = this.#stored !== null && !this.#stored.isClean;
    await this.#output.close({ leaveRunning: isTakingOver });
    await this.close();
  }

  #copies(): OutputCopies {
    return new OutputCopies(this.#output.hub, (copied) => this.#ownOutput.showCopied(copied));
  }

  #format(): LogFormat {
    return this.configuration.daemon.logFormat;
  }

  #removePidFile(): void {
    const { pidfile } = this.#started;
    const problem = pidfile === null ? null : removePidFile(pidfile);
    if (problem !== null) throw new Error(problem);
  }

  /** Gives up signals, clients and files. */
  async close(): Promise<void> {
    const steps: LastStep[] = [
      { what: "close the doors to clients", run: () => this.#control.close() },
      ...this.#releases.map((run) => ({ what: "let go of what was watched", run })),
      { what: "remove the pidfile", run: () => this.#removePidFile() },
      { what: "close the state table", run: () => this.#state.close() },
    ];
    await takeLastSteps(steps, (message) => this.note(message));
    this.#log.close();
    await this.#ownOutput.flush();
  }
}

function secretVariables({ daemon, alerts }: Configuration): ReadonlySet<string> {
  return tokenVariables(daemon.http).union(alertVariables(alerts.values()));
}

function userName({ user }: Started): string {
  if (user !== null) return user.name;
  const uid = Deno.uid() ?? 0;
  const found = lookUpUser(String(uid));
  return found.ok ? found.value.name : String(uid);
}
