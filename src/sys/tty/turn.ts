/**
 * The turn of a new terminal to be heard. What an ended child has written may still be on its way
 * when the next one is started, and both write into the same FIFO: the holder of the new terminal
 * reads from a pipe of ours, and goes on when that ends. So it does when we are killed.
 */
import { check, libc } from "../libc.ts";
import { O_CLOEXEC } from "../files/open_flags.ts";

export class Turn {
  /** For the holder, as its standard input. */
  readonly waitFd: number;
  readonly #giveFd: number;

  /** Throws a SystemError when descriptors have run out. */
  constructor() {
    const ends = new Int32Array(2);
    check(libc().pipe2(ends, O_CLOEXEC), { call: "pipe" });
    [this.waitFd, this.#giveFd] = [ends[0]!, ends[1]!];
  }

  /** Once the holder has been started, or could not be. */
  closeWaitFd(): void {
    libc().close(this.waitFd);
  }

  give(): void {
    libc().close(this.#giveFd);
  }
}
