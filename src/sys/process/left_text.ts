/**
 * Text for the program that this one becomes: in a pipe, so that it stands in no file, no
 * environment and no command line, and is gone when it was read.
 */
import { check, libc } from "../libc.ts";
import { O_CLOEXEC, O_NONBLOCK } from "../files/open_flags.ts";

const F_SETFD = 2;

export interface LeftText {
  /** The descriptor that the next program has to be told of. */
  readonly fd: number;
  /** For when there is no next program after all. */
  close(): void;
}

/** Throws a SystemError, or an error when the text is larger than a pipe. */
export function leaveText(text: string): LeftText {
  const ends = new Int32Array(2);
  check(libc().pipe2(ends, O_CLOEXEC | O_NONBLOCK), { call: "pipe" });
  const [fd = -1, writeEnd = -1] = ends;
  const close = (): void => {
    libc().close(fd);
    libc().close(writeEnd);
  };
  const bytes = new TextEncoder().encode(text);
  const written = Number(libc().write(writeEnd, bytes, BigInt(bytes.length)));
  if (written !== bytes.length) {
    close();
    throw new Error(`${bytes.length} bytes do not fit into a pipe`);
  }
  check(libc().fcntl(fd, F_SETFD, 0n), { call: "fcntl" });
  return { fd, close };
}

/** What the program before us left. Throws a SystemError. */
export function takeLeftText(fd: number): string {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let text = "";
  try {
    while (true) {
      const count = check(libc().read(fd, buffer, BigInt(buffer.length)), { call: "read" });
      if (count === 0) return text + decoder.decode();
      text += decoder.decode(buffer.subarray(0, count), { stream: true });
    }
  } finally {
    libc().close(fd);
  }
}
