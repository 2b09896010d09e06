/** The shell of a foreground taskmaster, as long as a person sits at the terminal. */
import type { Output } from "../commands/command.ts";
import type { Actor } from "../core/record.ts";
import { HistoryStore } from "../shell/history.ts";
import { Shell } from "../shell/shell.ts";
import { SystemTerminal } from "../sys/terminal/terminal.ts";
import { SystemHistoryFile } from "../sys/terminal/terminal_history.ts";
import type { RunningSupervisor } from "./running_supervisor.ts";
import { wantsColour } from "./standard_output.ts";

const SHELL: Actor = { via: "shell" };

const HANG_UP_MS = 300;

export class ShellSeat {
  readonly #running: RunningSupervisor;
  readonly #output: Output;
  #shell: Shell | null = null;
  #lostAt = -Infinity;
  #hasEnded = false;

  constructor(running: RunningSupervisor, output: Output) {
    this.#running = running;
    this.#output = output;
    void running.whenEnded().then(() => {
      this.#hasEnded = true;
      return this.#shell?.close();
    });
    running.upgrading.beforeHandOver(() => this.#shell?.close() ?? Promise.resolve());
  }

  /** Takes the terminal; events show from now on. */
  async open(): Promise<void> {
    const path = `${this.#running.configuration.daemon.stateDir}/history`;
    const warn = (message: string) => this.#running.note(message);
    const history = new HistoryStore(new SystemHistoryFile(path), warn);
    await history.load();
    this.#shell = new Shell({
      controller: this.#running.controllerFor(SHELL),
      terminal: new SystemTerminal({ TERM: Deno.env.get("TERM") }),
      history,
      colour: wantsColour(Deno.stdout) && this.#output.colour,
      isSupervisor: true,
      eventLevel: "info",
    });
  }

  /**
   * Whether a SIGHUP is the kernel's notice that the terminal is gone, which comes about when we
   * see it ourselves. Asks the system at this moment.
   */
  isHangUp(): boolean {
    if (this.#shell !== null) return this.#shell.isTerminalLost();
    return performance.now() - this.#lostAt < HANG_UP_MS;
  }

  /** Resolves when the user has left, the supervisor has ended, or the terminal is gone. */
  async run(): Promise<void> {
    while (this.#shell !== null) {
      const end = await this.#shell.run();
      this.#shell = null;
      if (end === "terminal_lost") {
        this.#lostAt = performance.now();
        this.#running.note("the terminal is gone; taskmaster goes on without a shell");
      }
      // It was closed for a hand-over that has failed.
      if (end === "closed" && !this.#hasEnded) await this.open();
    }
  }
}
