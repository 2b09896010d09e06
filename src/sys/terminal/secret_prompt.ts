/** Asking for secrets on the terminal: what is typed is not shown. */
import { END_SIGNALS } from "../end_signals.ts";
import { TerminalInput } from "./terminal_input.ts";
import { stopSelf } from "./terminal_job.ts";
import {
  applySettings,
  readSettings,
  type TerminalSettings,
  withoutEcho,
} from "./terminal_mode.ts";

const STDIN_FD = 0;
const NEWLINE = 0x0a;

export type SecretAnswer =
  | { readonly kind: "line"; readonly bytes: Uint8Array }
  /** The end of the input, or the terminal is gone. */
  | { readonly kind: "end" }
  /** Ctrl-C, or another signal that ends programs. */
  | { readonly kind: "interrupted" };

/** The terminal on standard input, silent until `close`, which has to be called whatever happens. */
export class SecretPrompt {
  readonly #original: TerminalSettings;
  readonly #input: TerminalInput;
  readonly #listeners = new Map<Deno.Signal, () => void>();
  /** What came while nothing was asked. */
  readonly #early: SecretAnswer[] = [];
  #pending: { readonly show: () => void; answer(answer: SecretAnswer): void } | null = null;

  /** null when standard input is no terminal. */
  static open(): SecretPrompt | null {
    const original = readSettings(STDIN_FD);
    return original === null ? null : new SecretPrompt(original);
  }

  private constructor(original: TerminalSettings) {
    this.#original = original;
    for (const signal of END_SIGNALS) {
      this.#listeners.set(signal, () => this.#take({ kind: "interrupted" }));
    }
    this.#listeners.set("SIGTSTP", () => {
      this.#restore();
      stopSelf(() => {});
    });
    this.#listeners.set("SIGCONT", () => {
      this.#silence();
      this.#pending?.show();
    });
    for (const [signal, listener] of this.#listeners) Deno.addSignalListener(signal, listener);
    this.#silence();
    this.#input = new TerminalInput({
      fd: STDIN_FD,
      mayRead: () => true,
      isLost: () => readSettings(STDIN_FD) === null,
      onInput: (bytes) => this.#receive(bytes),
      onLost: () => this.#take({ kind: "end" }),
    });
  }

  /** One line. `show` writes the prompt; it is called again when the user comes back from Ctrl-Z. */
  ask(show: () => void): Promise<SecretAnswer> {
    show();
    const early = this.#early.shift();
    if (early !== undefined) return Promise.resolve(early);
    return new Promise((resolve) => this.#pending = { show, answer: resolve });
  }

  /** The terminal is as it was before. */
  close(): void {
    this.#input.close();
    this.#restore();
    for (const [signal, listener] of this.#listeners) Deno.removeSignalListener(signal, listener);
  }

  /** The terminal gives whole lines; one without its end was ended by Ctrl-D. */
  #receive(bytes: Uint8Array): void {
    const isLine = bytes.at(-1) === NEWLINE;
    this.#take(isLine ? { kind: "line", bytes: bytes.subarray(0, -1) } : { kind: "end" });
  }

  #take(answer: SecretAnswer): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending === null) this.#early.push(answer);
    else pending.answer(answer);
  }

  #silence(): void {
    applySettings(STDIN_FD, withoutEcho(this.#original));
  }

  #restore(): void {
    applySettings(STDIN_FD, this.#original);
  }
}
