/** A file that is there as a whole, or as it was before. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Throws the system's error; nothing is left behind then. */
export function replaceFile(path: string, text: string, mode: number): void {
  const temporary = `${path}.${crypto.randomUUID()}.new`;
  const fd = openSync(temporary, "wx", mode);
  try {
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
