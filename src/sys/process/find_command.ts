/** Where a command is, found before it is tried, so that the reason is exact when there is none. */
import { err, ok, type Result } from "../../base/result.ts";
import { accessSync, constants, statSync } from "node:fs";

/** As execvp(3) when PATH is not set. */
const DEFAULT_PATH = "/bin:/usr/bin";

/**
 * The file to run for `command` from `workingdir`, or why it cannot be run. A name without a slash
 * is looked for in `path`, the child's own PATH.
 */
export function findCommand(
  command: string,
  workingdir: string,
  path: string | undefined,
): Result<string, string> {
  if (command === "") return err("the command is empty");
  if (command.includes("/")) {
    const file = resolve(workingdir, command);
    const trouble = inspect(file);
    return trouble === null ? ok(file) : err(trouble.message);
  }
  let unusable: string | null = null;
  for (const directory of (path ?? DEFAULT_PATH).split(":")) {
    const file = resolve(workingdir, `${directory || "."}/${command}`);
    const trouble = inspect(file);
    if (trouble === null) return ok(file);
    // Nothing can be said of a directory that must not be searched; PATH often has one of root's.
    if (trouble.kind === "unusable") unusable ??= trouble.message;
  }
  return err(unusable ?? `no such command: ${JSON.stringify(command)} is not in PATH`);
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
