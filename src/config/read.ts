/** Reading the configuration file: the only part of the loader that touches the file system. */
import type { Report } from "../base/diagnostic.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Configuration } from "../core/configuration.ts";
import type { ConfigContext } from "./context.ts";
import { loadConfiguration } from "./load.ts";
import { quote } from "./quote.ts";

const LARGEST_FILE_BYTES = 2 ** 20;

/** As `ConfigSource` of the ports wants it, which this layer does not know. */
export type ReadOutcome = Result<
  { readonly configuration: Configuration; readonly warnings: Report },
  { readonly message: string; readonly report: Report | null }
>;

/** Reads and validates the file of `context`; `shownPath` is what messages call it. */
export function readConfiguration(shownPath: string, context: ConfigContext): ReadOutcome {
  const text = readText(context.configPath, shownPath);
  if (!text.ok) return err({ message: text.error, report: null });
  const source = { path: shownPath, text: text.value };
  const { configuration, report } = loadConfiguration(source, context);
  if (configuration !== null) return ok({ configuration, warnings: report });
  const errors = report.diagnostics.filter(({ severity }) => severity === "error").length;
  const count = errors === 1 ? "1 error" : `${errors} errors`;
  return err({ message: `configuration ${quote(shownPath)} has ${count}`, report });
}

/** The text of a regular file of reasonable size in UTF-8, or a sentence saying why not. */
export function readText(path: string, shownPath: string = path): Result<string, string> {
  const action = `cannot read configuration ${quote(shownPath)}`;
  if (path.includes("\0")) return err(`${action}: its name contains a NUL byte`);
  try {
    const info = Deno.statSync(path);
    if (info.isDirectory) return err(`${action}: it is a directory`);
    if (!info.isFile) return err(`${action}: it is not a regular file`);
    if (info.size > LARGEST_FILE_BYTES) return err(`${action}: it is larger than 1 MiB`);
    const bytes = Deno.readFileSync(path);
    const text = decode(bytes);
    if (text !== undefined) return ok(text);
    return err(`${action}: line ${lineOfBadByte(bytes)} is not UTF-8 text`);
  } catch (error) {
    return err(`${action}: ${reason(error)}`);
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A line break is a byte of its own in UTF-8, so lines can be decoded one by one. */
function lineOfBadByte(bytes: Uint8Array): number {
  let line = 1;
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end < 0 ? bytes.length : end;
    if (decode(bytes.subarray(start, stop)) === undefined) break;
    start = stop + 1;
    line++;
  }
  return line;
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file (ENOENT)";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied (EACCES)";
  if (error instanceof Deno.errors.NotADirectory) {
    return "part of the path is not a directory (ENOTDIR)";
  }
  return error instanceof Error ? error.message : String(error);
}
