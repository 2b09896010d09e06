/** Relative paths of a configuration start at the directory of its file. */
import { dirname, resolve } from "node:path/posix";
import type { Entry } from "./config_node.ts";
import type { ConfigContext } from "./context.ts";
import type { Mistakes } from "./mistakes.ts";
import { quote } from "./quote.ts";

export function configDirectory(context: Pick<ConfigContext, "configPath">): string {
  return dirname(context.configPath);
}

export function absolutePath(path: string, context: Pick<ConfigContext, "configPath">): string {
  return resolve(configDirectory(context), path);
}

/** No shell reads the file, so "~" and "$HOME" are names like any other. */
export function warnOfUnexpandedPath(
  entry: Entry,
  path: string,
  place: string,
  mistakes: Mistakes,
): void {
  const written = /^(?:~[^/]*(?=\/|$)|\$\{?HOME\}?)/.exec(path)?.[0];
  if (written === undefined) return;
  mistakes.warning(
    "path-not-expanded",
    entry.value.span,
    `${quote(written)} in ${place} is not expanded: it names a directory called ${quote(written)}`,
    { help: "write the whole path" },
  );
}
