/** The pidfile, for those who look for the supervisor there. */
import { readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { errorCode } from "../process/find_command.ts";
import { takeLock } from "./lock_file.ts";

/**
 * Writes our pid, and holds the file locked as long as we live: of two supervisors that name the
 * same pidfile the second is refused. To be called before root is given up, for `owner`. Throws an
 * error of one line.
 */
export function writePidFile(path: string, owner: { uid: number; gid: number } | null): void {
  takeLock(path, owner, 0o644);
}

/** Removes it, or empties it where the directory belongs to somebody else. Null, or what failed. */
export function removePidFile(path: string): string | null {
  try {
    if (readFileSync(path, "utf8").trim() !== String(Deno.pid)) return null;
    unlinkSync(path);
    return null;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
  }
  try {
    writeFileSync(path, "", { flag: "r+" });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
