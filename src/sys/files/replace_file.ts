/** A file that is there as a whole, or as it was before. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Throws the system's error; nothing is left behind then. */
export function replaceFile(path: string, text: string, mode: number): void {
  closeSync(replaceAndKeep(path, text, mode));
}

/** As `replaceFile`. The new file stays open for appending; the caller closes it. */
export function replaceAndKeep(path: string, text: string, mode: number): number {
  const temporary = `${path}.new`;
  // What a crash has left there, or somebody has planted: it is neither followed nor written to.
  rmSync(temporary, { force: true });
  const fd = openSync(temporary, "ax", mode);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
    renameSync(temporary, path);
    return fd;
  } catch (error) {
    closeSync(fd);
    rmSync(temporary, { force: true });
    throw error;
  }
}
