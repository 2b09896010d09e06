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
  if (command.includes("/")) return whyNotExecutable(resolve(workingdir, command));
  let denied: string | null = null;
  for (const directory of (path ?? DEFAULT_PATH).split(":")) {
    const candidate = resolve(workingdir, `${directory || "."}/${command}`);
    const reason = whyNotExecutable(candidate);
    if (reason === null) return null;
    if (!reason.startsWith("no such file")) denied ??= reason;
  }
  return denied ?? `no such command: ${JSON.stringify(command)} is not in PATH`;
}

function resolve(workingdir: string, path: string): string {
  return path.startsWith("/") ? path : `${workingdir}/${path}`;
}

function whyNotExecutable(path: string): string | null {
  const quoted = JSON.stringify(path);
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return `is a directory: ${quoted}`;
    accessSync(path, constants.X_OK);
    return null;
  } catch (error) {
    switch (errorCode(error)) {
      case "ENOENT":
      case "ENOTDIR":
        return `no such file: ${quoted}`;
      case "EACCES":
        return `not executable, or not within reach: ${quoted}`;
      default:
        return `${error instanceof Error ? error.message : error}`;
    }
  }
}

/** "ENOENT" and the like of an error of node:fs. */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    return error.code;
  }
  return undefined;
}
