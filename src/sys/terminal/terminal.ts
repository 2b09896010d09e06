/** The terminal on standard input and output. */
import type { Terminal, TerminalListener, TerminalMode } from "../../ports/terminal.ts";
import { TerminalInput } from "./terminal_input.ts";
import {
  hasJobControlShell,
  isForegroundJob,
  isJobBeyondUs,
  stopJob,
  stopSelf,
} from "./terminal_job.ts";
import {
  applySettings,
  makeBlocking,
  readSettings,
  settingsFor,
  type TerminalSettings,
} from "./terminal_mode.ts";

const STDIN_FD = 0;
const STDOUT_FD = 1;
/** A shell's `fg` on a job that runs in the background sends no signal; this is the fallback. */
const BACKGROUND_CHECK_MS = 500;

/** The signals are ours only while the terminal is open. */
export class SystemTerminal implements Terminal {
  readonly canEdit: boolean;
  #listener: TerminalListener | null = null;
  #input: TerminalInput | null = null;
  #mode: TerminalMode = "cooked";
  /** As the parent shell had them; null until we changed them. */
  #original: TerminalSettings | null = null;
  #hasTerminal = true;
  #backgroundCheck: ReturnType<typeof setInterval> | undefined;
  readonly #onResize = (): void => this.#listener?.onResize();
  readonly #onContinue = (): void => this.#checkForeground(true);

  /** The kernel has stopped the rest of the job, and the shell may have the terminal by now. */
  readonly #onStop = (): void => {
    if (!this.canSuspend()) return;
    this.#restoreMode();
    this.#setForeground(false);
    stopSelf(() => this.#listener?.onCannotSuspend());
  };

  constructor(environment: { readonly TERM?: string | undefined }) {
    const term = environment.TERM ?? "dumb";
    this.canEdit = Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && term !== "dumb" &&
      term !== "";
  }

  size(): { readonly columns: number; readonly rows: number } {
    try {
      return Deno.consoleSize();
    } catch {
      return { columns: 0, rows: 0 };
    }
  }

  open(mode: Exclude<TerminalMode, "cooked">, listener: TerminalListener): void {
    this.#mode = mode;
    this.#listener = listener;
    Deno.addSignalListener("SIGWINCH", this.#onResize);
    Deno.addSignalListener("SIGCONT", this.#onContinue);
    Deno.addSignalListener("SIGTSTP", this.#onStop);
    this.#hasTerminal = isForegroundJob();
    if (this.#hasTerminal) this.#applyMode();
    else this.#watchBackground();
    this.#input = new TerminalInput({
      fd: STDIN_FD,
      mayRead: () => this.isLost() || (this.#hasTerminal && isForegroundJob()),
      isLost: () => this.isLost(),
      onInput: (bytes) => this.#receive(bytes),
      onLost: () => this.#lose(),
    });
  }

  setMode(mode: Exclude<TerminalMode, "cooked">): void {
    this.#mode = mode;
    if (this.#listener !== null && this.#hasTerminal) this.#applyMode();
  }

  async write(bytes: Uint8Array): Promise<void> {
    let offset = 0;
    while (offset < bytes.length) {
      try {
        offset += await Deno.stdout.write(bytes.subarray(offset));
      } catch (error) {
        // Another program has just made it so. A part may be shown twice; nothing is lost.
        if (!(error instanceof Deno.errors.WouldBlock)) throw error;
        makeBlocking(STDOUT_FD);
      }
    }
  }

  isLost(): boolean {
    return !Deno.stdin.isTerminal();
  }

  isForeground(): boolean {
    return this.#hasTerminal;
  }

  canSuspend(): boolean {
    return hasJobControlShell();
  }

  suspend(): void {
    this.#restoreMode();
    this.#setForeground(false);
    stopJob();
  }

  close(): void {
    if (this.#listener === null) return;
    this.#listener = null;
    this.#input?.close();
    clearInterval(this.#backgroundCheck);
    Deno.removeSignalListener("SIGWINCH", this.#onResize);
    Deno.removeSignalListener("SIGCONT", this.#onContinue);
    Deno.removeSignalListener("SIGTSTP", this.#onStop);
    if (this.#hasTerminal) this.#restoreMode();
  }

  #receive(bytes: Uint8Array): void {
    if (bytes.length > 0 || this.#mode === "lines") this.#listener?.onInput(bytes);
  }

  #lose(): void {
    const listener = this.#listener;
    this.close();
    listener?.onLost();
  }

  /** After a SIGCONT the mode has to be set again even if we never noticed the stop. */
  #checkForeground(wasStopped: boolean): void {
    if (this.isLost()) return this.#input?.wake();
    const isForeground = isForegroundJob();
    if (isForeground === this.#hasTerminal && !wasStopped) return;
    if (isForeground) {
      this.#applyMode();
      clearInterval(this.#backgroundCheck);
      this.#backgroundCheck = undefined;
    } else {
      this.#watchBackground();
    }
    this.#setForeground(isForeground);
  }

  #setForeground(isForeground: boolean): void {
    this.#hasTerminal = isForeground;
    this.#input?.wake();
    this.#listener?.onForeground(isForeground);
  }

  #watchBackground(): void {
    this.#backgroundCheck ??= setInterval(() => this.#checkForeground(false), BACKGROUND_CHECK_MS);
  }

  #applyMode(): void {
    makeBlocking(STDIN_FD);
    makeBlocking(STDOUT_FD);
    this.#original ??= readSettings(STDIN_FD);
    if (this.#original === null) return;
    applySettings(STDIN_FD, settingsFor(this.#mode, this.#original, isJobBeyondUs()));
  }

  #restoreMode(): void {
    if (this.#original) applySettings(STDIN_FD, this.#original);
  }
}
