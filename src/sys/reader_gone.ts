/** The end of whoever reads what we write: `taskmaster tail -f web | head -1`. */
import { watch } from "./epoll.ts";
import { SystemError } from "./system_error.ts";

/**
 * Calls `onGone` once when nobody reads the pipe, socket or terminal any more, also while nothing
 * is written. A file has no reader to lose.
 */
export function whenReaderGone(fd: number, onGone: () => void): void {
  try {
    // EPOLLERR and EPOLLHUP come without being asked for.
    const unwatch = watch(fd, 0, () => {
      unwatch();
      onGone();
    });
  } catch (error) {
    if (!(error instanceof SystemError && error.code === "EPERM")) throw error;
  }
}
