/** Reading a terminal without ever stopping the event loop or, in the background, the process. */
import { terminalLibc } from "./terminal_libc.ts";

const POLLIN = 1;
const POLLFD_BYTES = 8;
const READ_BYTES = 4096;
const EFD_CLOEXEC = 0o2000000;

export interface TerminalInputOptions {
  readonly fd: number;
  /** Reading is allowed now. When false, `wake` says that it may have changed. */
  readonly mayRead: () => boolean;
  /** Empty: end of input, or the terminal is gone. */
  readonly onInput: (bytes: Uint8Array) => void;
  readonly isLost: () => boolean;
  readonly onLost: () => void;
}

/**
 * Waits with poll(2) before every read(2), both on another thread. A read alone would do, but one
 * that waits while the job is put into the background stops the whole process (SIGTTIN).
 */
export class TerminalInput {
  readonly #options: TerminalInputOptions;
  /** An eventfd; what is written to it ends the poll. */
  readonly #wakeFd: number;
  #isClosed = false;

  constructor(options: TerminalInputOptions) {
    this.#options = options;
    this.#wakeFd = terminalLibc().eventfd(0, EFD_CLOEXEC);
    void this.#run();
  }

  /** Looks at `mayRead` again. */
  wake(): void {
    if (this.#isClosed) return;
    terminalLibc().write(this.#wakeFd, new Uint8Array(new BigUint64Array([1n]).buffer), 8n);
  }

  /** Input that is being read at this moment is thrown away. */
  close(): void {
    this.wake();
    this.#isClosed = true;
  }

  async #run(): Promise<void> {
    const libc = terminalLibc();
    const { fd, onInput } = this.#options;
    const buffer = new Uint8Array(READ_BYTES);
    while (!this.#isClosed) {
      const isReadable = await this.#waitForInput();
      if (this.#isClosed) break;
      if (!isReadable || !this.#options.mayRead()) continue;
      const length = Number(await libc.read(fd, buffer, BigInt(READ_BYTES)));
      if (this.#isClosed) break;
      if (length <= 0 && this.#options.isLost()) {
        this.#isClosed = true;
        this.#options.onLost();
      } else if (length >= 0) {
        onInput(buffer.slice(0, length));
      }
    }
    libc.close(this.#wakeFd);
  }

  async #waitForInput(): Promise<boolean> {
    const polled = new Uint8Array(2 * POLLFD_BYTES);
    const view = new DataView(polled.buffer);
    const isLittleEndian = true;
    view.setInt32(0, this.#wakeFd, isLittleEndian);
    view.setInt16(4, POLLIN, isLittleEndian);
    // poll(2) skips negative descriptors.
    view.setInt32(8, this.#options.mayRead() ? this.#options.fd : -1, isLittleEndian);
    view.setInt16(12, POLLIN, isLittleEndian);
    await terminalLibc().poll(polled, 2n, -1);
    if (view.getInt16(6, isLittleEndian) !== 0) {
      await terminalLibc().read(this.#wakeFd, new Uint8Array(8), 8n);
    }
    return view.getInt16(14, isLittleEndian) !== 0;
  }
}
