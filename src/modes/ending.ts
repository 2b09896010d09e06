/** How a supervisor ends: asked to, leaving its programs alone, or because of what one of them did. */
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import type { Alerts } from "../alert/alerts.ts";
import { processId } from "../core/name.ts";
import type { Actor, JournalRecord, RecordLevel } from "../core/record.ts";
import { Lifecycle } from "../supervisor/lifecycle.ts";
import { type ReasonToEnd, reasonToEnd } from "../supervisor/reason_to_end.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { StateTable } from "../sys/files/state_table.ts";
import type { TerminalHub } from "../sys/tty/terminal_hub.ts";
import { LAST_ALERTS_MS } from "./alerts.ts";
import type { CapturedOutput } from "./captured_output.ts";
import { type LastStep, takeLastSteps } from "./last_steps.ts";

const EXIT_OF: { readonly [K in ReasonToEnd["kind"]]: ExitCode } = {
  fatal: EXIT.becameFatal,
  done: EXIT.done,
  ended: EXIT.essentialEnded,
};

export interface EndingOptions {
  readonly supervisor: Supervisor;
  readonly alerts: Alerts;
  readonly terminals: TerminalHub;
  readonly output: CapturedOutput;
  readonly state: StateTable;
}

export class Ending {
  readonly #options: EndingOptions;
  readonly #lifecycle: Lifecycle;
  readonly #ended = Promise.withResolvers<ExitCode>();
  #reason: ReasonToEnd | null = null;
  #isLeaving = false;

  /** Reads the journal from now on, for what is a reason to end. */
  constructor(options: EndingOptions) {
    this.#options = options;
    this.#lifecycle = new Lifecycle(options.supervisor);
    options.supervisor.journal.subscribe((record) => this.#endIfNeeded(record));
  }

  /** Everything is being stopped. */
  get isUnderWay(): boolean {
    return this.#lifecycle.isEnding;
  }

  /** In whichever way. */
  get isAskedFor(): boolean {
    return this.isUnderWay || this.#isLeaving;
  }

  /** Resolves with what to exit with. */
  whenDone(): Promise<ExitCode> {
    return this.#ended.promise;
  }

  async shutDown(by: Actor): Promise<void> {
    try {
      await this.#lifecycle.shutDown(by);
    } catch (error) {
      return this.#giveUp(error);
    }
    await this.#tidyUp({ leaveRunning: false });
    this.#ended.resolve(this.#reason === null ? EXIT.done : EXIT_OF[this.#reason.kind]);
  }

  killWhatIsLeft(by: Actor): void {
    this.#note(`${by.detail} during the shutdown: what is left is killed`, "warn");
    this.#options.supervisor.killEverything(by);
  }

  /** Ends without touching the programs. */
  async leave(by: Actor, exitCode: ExitCode = EXIT.done): Promise<void> {
    this.#isLeaving = true;
    this.#options.supervisor.journal.append({ kind: "supervisor_left", by });
    await this.#tidyUp({ leaveRunning: true });
    this.#ended.resolve(exitCode);
  }

  /**
   * What runs has not been taken back as a whole, and would be started a second time by a reload:
   * better to leave it alone, for a start that has what it needs.
   */
  stepBack(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#note(
      `the running programs cannot be taken back, and are left alone: ${reason}`,
      "error",
    );
    void this.leave({ via: "supervisor", detail: "adoption" }, EXIT.failed);
  }

  /** A bug: which programs still run is not known, so a later start is to look. */
  async #giveUp(error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#note(`internal error: the shutdown was broken off: ${reason}`, "error");
    await this.#tidyUp({ leaveRunning: true });
    this.#ended.resolve(EXIT.internal);
  }

  #tidyUp(how: { readonly leaveRunning: boolean }): Promise<void> {
    const { alerts, terminals, output, state } = this.#options;
    const steps: LastStep[] = [
      { what: "send the last alerts", run: () => alerts.finish(LAST_ALERTS_MS) },
      { what: "close the terminals", run: () => terminals.close(how) },
      { what: "close the output of programs", run: () => output.close(how) },
    ];
    if (!how.leaveRunning) {
      steps.push({ what: "note the end in the state table", run: () => state.markClean() });
    }
    return takeLastSteps(steps, (message) => this.#note(message, "warn"));
  }

  #note(message: string, level: RecordLevel): void {
    this.#options.supervisor.journal.append({ kind: "note", message }, undefined, level);
  }

  #endIfNeeded(record: JournalRecord): void {
    if (this.isUnderWay || this.#reason !== null) return;
    const { program, num } = record;
    if (program === undefined || num === undefined) return;
    const { supervisor } = this.#options;
    const entry = supervisor.table.get(processId(program, num));
    const reason = entry === undefined
      ? null
      : reasonToEnd(record, entry, supervisor.configuration);
    if (reason === null) return;
    this.#reason = reason;
    // The other readers of the journal have to hear of the record first.
    queueMicrotask(() => this.#endBecauseOf(reason));
  }

  #endBecauseOf({ kind, message }: ReasonToEnd): void {
    const exitCode = EXIT_OF[kind];
    const level = exitCode === EXIT.done ? "info" : "error";
    this.#note(`${message}: taskmaster ends, with exit code ${exitCode}`, level);
    void this.shutDown({ via: "supervisor", detail: kind });
  }
}
