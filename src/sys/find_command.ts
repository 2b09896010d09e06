/** Whether a command can be run, told before it is tried, so that the reason is exact. */
import { accessSync, constants, statSync } from "node:fs";

/** As execvp(3) when PATH is not set. */
const DEFAULT_PATH = "/bin:/usr/bin";

/**
 * null when `command` can be run from `workingdir`, else why not. A name without a slash is looked
 * for in `path`, the child's own PATH.
 */
export function whyNotRunnable(
  command: string,
  workingdir: string,
  path: string | undefined,
): string | null {
  if (command === "") return "the command is empty";
  if (command.includes("/")) return inspect(resolve(workingdir, command))?.message ?? null;
  let unusable: string | null = null;
  for (const directory of (path ?? DEFAULT_PATH).split(":")) {
    const trouble = inspect(resolve(workingdir, `${directory || "."}/${command}`));
    if (trouble === null) return null;
    // Nothing can be said of a directory that must not be searched; PATH often has one of root's.
    if (trouble.kind === "unusable") unusable ??= trouble.message;
  }
  return unusable ?? `no such command: ${JSON.stringify(command)} is not in PATH`;
}

function resolve(workingdir: string, path: string): string {
  return path.startsWith("/") ? path : `${workingdir}/${path}`;
}

interface Trouble {
  readonly kind: "missing" | "out_of_reach" | "unusable";
  readonly message: string;
}

function inspect(path: string): Trouble | null {
  const quoted = JSON.stringify(path);
  try {
    if (statSync(path).isDirectory()) {
      return { kind: "unusable", message: `is a directory: ${quoted}` };
    }
  } catch (error) {
    switch (errorCode(error)) {
      case "ENOENT":
      case "ENOTDIR":
        return { kind: "missing", message: `no such file: ${quoted}` };
      case "EACCES":
        return { kind: "out_of_reach", message: `not within reach: ${quoted}` };
      default:
        return { kind: "unusable", message: error instanceof Error ? error.message : `${error}` };
    }
  }
  try {
    accessSync(path, constants.X_OK);
    return null;
  } catch {
    return { kind: "unusable", message: `not executable: ${quoted}` };
  }
}

/** "ENOENT" and the like of an error of node:fs. */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    return error.code;
  }
  return undefined;
}
