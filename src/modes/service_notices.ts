/** Tells systemd how taskmaster does: ready, reloading, stopping, alive. */
import type { Configuration } from "../core/configuration.ts";
import type { JournalRecord } from "../core/record.ts";
import { monotonicMicroseconds, type Notice, type ServiceManager } from "../sys/service_manager.ts";

export interface ServiceNoticesOptions {
  readonly manager: ServiceManager;
  /** Asked when it is told of. */
  readonly configuration: () => Configuration;
  /** It cannot be told (a sentence); called when that begins. */
  readonly onProblem: (problem: string) => void;
}

export class ServiceNotices {
  readonly #options: ServiceNoticesOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isTroubled = false;

  constructor(options: ServiceNoticesOptions) {
    this.#options = options;
  }

  /** Everything is started, or was begun to be. From now on there are signs of life. */
  ready(): void {
    this.#send({ READY: "1", STATUS: this.#describe() });
    const { watchdogMs } = this.#options.manager;
    // A timer of the event loop: when that hangs, the signs end.
    if (watchdogMs !== null) {
      this.#timer = setInterval(() => this.#send({ WATCHDOG: "1" }), watchdogMs);
    }
  }

  hear({ kind }: JournalRecord): void {
    switch (kind) {
      case "reloaded":
      case "reload_refused":
        this.#send({ RELOADING: "1", MONOTONIC_USEC: String(monotonicMicroseconds()) });
        // What follows from it may take as long as programs take to stop: it is ready meanwhile.
        return queueMicrotask(() => this.#send({ READY: "1", STATUS: this.#describe() }));
      case "supervisor_stopping":
        return this.#send({ STOPPING: "1", STATUS: "stopping all programs" });
      case "supervisor_left":
        return this.#send({ STOPPING: "1", STATUS: "leaving, while the programs go on" });
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #describe(): string {
    const programs = [...this.#options.configuration().programs.values()];
    const processes = programs.reduce((sum, { numprocs }) => sum + numprocs, 0);
    return `${count(programs.length, "program")}, ${count(processes, "process", "processes")}`;
  }

  #send(notice: Notice): void {
    const problem = this.#options.manager.notify(notice);
    const isNew = problem !== undefined && !this.#isTroubled;
    this.#isTroubled = problem !== undefined;
    if (isNew) this.#options.onProblem(`systemd cannot be told how taskmaster does: ${problem}`);
  }
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
