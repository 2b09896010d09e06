/** Old files of a log: `PATH.1` is the newest of them. */
import { readdirSync, renameSync } from "node:fs";
import { basename, dirname } from "node:path";
import { SystemError } from "../system_error.ts";

/**
 * Makes `PATH.1` of PATH, `PATH.2` of `PATH.1` and so on; the oldest of `backups` files is
 * overwritten. Afterwards there is no PATH. Costs as much as there are files, not as there may be.
 * Throws a SystemError.
 */
export function shiftBackups(path: string, backups: number): void {
  for (const number of existingBackups(path).filter((number) => number < backups)) {
    rename(`${path}.${number}`, `${path}.${number + 1}`);
  }
  rename(path, `${path}.1`);
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    const hasErrno = error instanceof Error && "errno" in error && typeof error.errno === "number";
    if (!hasErrno) throw error;
    throw new SystemError({ call: "rename", errno: Math.abs(error.errno as number), path: from });
  }
}

/** The highest first. */
function existingBackups(path: string): number[] {
  const prefix = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d*$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => b - a);
}
