/** The end of a supervisor's work. */
import type { Actor } from "../core/record.ts";
import { stopForShutdown } from "./operations.ts";
import type { Supervisor } from "./supervisor.ts";

export class Lifecycle {
  readonly #supervisor: Supervisor;
  #end: Promise<void> | null = null;

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor;
  }

  get isEnding(): boolean {
    return this.#end !== null;
  }

  /**
   * Stops everything, the highest priority number first; resolves when nothing is left. Asking
   * again joins the shutdown under way. After `shutdown_timeout` what is left is killed.
   */
  shutDown(by: Actor): Promise<void> {
    return this.#end ??= this.#shutDown(by);
  }

  async #shutDown(by: Actor): Promise<void> {
    const supervisor = this.#supervisor;
    const { shutdownTimeoutMs } = supervisor.configuration.daemon;
    supervisor.journal.append({ kind: "supervisor_stopping", by });
    supervisor.beginShutdown(by);
    const callOff = shutdownTimeoutMs === null
      ? () => {}
      : supervisor.callAfter(shutdownTimeoutMs, () => {
        const message = "shutdown_timeout is over: what is left is killed";
        supervisor.journal.append({ kind: "note", message });
        supervisor.killEverything(by);
      });
    await stopForShutdown(supervisor, by);
    callOff();
    supervisor.journal.append({ kind: "supervisor_stopped" });
  }
}
