/** The terminal of a run that carries out one verb: nobody else wants it meanwhile. */
import type { Terminal } from "../ports/terminal.ts";
import type { Borrower, LentTerminal, TerminalLender } from "../ports/terminal_loan.ts";
import { onEndSignal } from "../sys/end_signals.ts";
import { within } from "../sys/within.ts";

/** A terminal that takes nothing is given back all the same. */
const FLUSH_LIMIT_MS = 500;

export class OwnTerminal implements TerminalLender {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  lend(borrower: Borrower): Promise<LentTerminal | null> {
    if (!this.#terminal.isForeground()) return Promise.resolve(null);
    const revoke = () => borrower.onRevoked();
    const stopListening = onEndSignal(revoke);
    this.#terminal.open("through", {
      onInput: (bytes) => borrower.onInput(bytes),
      onResize: () => borrower.onResize(),
      onLost: revoke,
      onForeground: (isForeground) => isForeground && borrower.onRedraw(),
      onCannotSuspend: () => {},
    });
    let written: Promise<void> = Promise.resolve();
    return Promise.resolve({
      size: () => this.#terminal.size(),
      write: (bytes) => written = written.then(() => this.#terminal.write(bytes)).catch(revoke),
      giveBack: async () => {
        await within(FLUSH_LIMIT_MS, written);
        this.#terminal.close();
        stopListening();
      },
    });
  }
}
