/** The pidfile, for those who look for the supervisor there. */
import { chownSync, lstatSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { errorCode } from "./find_command.ts";

/**
 * Writes our pid, as a new file that takes the place of an old one, so that no reader sees half of
 * it. To be called before root is given up, for `owner`. Throws an error of one line.
 */
export function writePidFile(path: string, owner: { uid: number; gid: number } | null): void {
  const temporary = `${path}.${Deno.pid}`;
  try {
    const existing = kindOf(path);
    if (existing === "other") throw new Error("it is there and is no regular file");
    writeFileSync(temporary, `${Deno.pid}\n`, { mode: 0o644, flag: "wx" });
    if (owner !== null) chownSync(temporary, owner.uid, owner.gid);
    renameSync(temporary, path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot write the pidfile ${JSON.stringify(path)}: ${reason}`);
  }
}

/** Removes it, or empties it where the directory belongs to somebody else. Null, or what failed. */
export function removePidFile(path: string): string | null {
  try {
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

function kindOf(path: string): "none" | "file" | "other" {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return "none";
  return stat.isFile() ? "file" : "other";
}
