/** Files that hold one secret, or little more. */
import { err, ok, type Result } from "../../base/result.ts";

export interface UnreadableFile {
  /** A sentence with the path. */
  readonly message: string;
  /** It is there, for others. */
  readonly isDenied: boolean;
}

/** The whole text of a regular file. Never waits, as reading a FIFO would. */
export function readSecretFile(
  path: string,
  largestBytes: number,
): Result<string, UnreadableFile> {
  const refuse = (reason: string, isDenied = false) =>
    err({ message: `cannot read ${JSON.stringify(path)}: ${reason}`, isDenied });
  try {
    const info = Deno.statSync(path);
    if (!info.isFile) return refuse("it is not a regular file");
    if (info.size > largestBytes) return refuse(`it is larger than ${largestBytes / 1024} KiB`);
    return ok(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      return refuse("permission denied (EACCES)", true);
    }
    if (error instanceof Deno.errors.NotFound) return refuse("no such file (ENOENT)");
    return refuse(error instanceof Error ? error.message : String(error));
  }
}
