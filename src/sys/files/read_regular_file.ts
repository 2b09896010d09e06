/** Reading a whole file that may have been exchanged for something else. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/**
 * The text of a regular file that is not a link. What is looked at is what is read, and nothing is
 * waited for, as opening a FIFO would. Throws the system's error, or one of one line.
 */
export function readRegularFile(path: string, largestBytes: number): string {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = openSync(path, flags);
  try {
    const status = fstatSync(fd);
    if (!status.isFile()) throw new Error("it is not a regular file");
    if (status.size > largestBytes) {
      throw new Error(`it is larger than ${largestBytes / 2 ** 20} MiB`);
    }
    return readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}
