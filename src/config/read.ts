/** Reading the configuration file: the only part of the loader that touches the file system. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
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
  const text = readText(context.configPath, shownPath, context.whyNotTrusted);
  if (!text.ok) return err({ message: text.error, report: null });
  const source = { path: shownPath, text: text.value };
  const { configuration, report } = loadConfiguration(source, context);
  if (configuration !== null) return ok({ configuration, warnings: report });
  const errors = report.diagnostics.filter(({ severity }) => severity === "error").length;
  const count = errors === 1 ? "1 error" : `${errors} errors`;
  return err({ message: `configuration ${quote(shownPath)} has ${count}`, report });
}

/**
 * The text of a regular file of reasonable size in UTF-8, or a sentence saying why not. What is
 * looked at is what is read, whoever replaces it meanwhile.
 */
export function readText(
  path: string,
  shownPath: string = path,
  whyNotTrusted: (descriptor: number) => string | null = () => null,
): Result<string, string> {
  const action = `cannot read configuration ${quote(shownPath)}`;
  if (path.includes("\0")) return err(`${action}: its name contains a NUL byte`);
  let descriptor: number | undefined;
  try {
    // Without O_NONBLOCK a FIFO would be waited for.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const info = fstatSync(descriptor);
    if (info.isDirectory()) return err(`${action}: it is a directory`);
    if (!info.isFile()) return err(`${action}: it is not a regular file`);
    if (info.size > LARGEST_FILE_BYTES) return err(`${action}: it is larger than 1 MiB`);
    const distrust = whyNotTrusted(descriptor);
    if (distrust !== null) return err(`${action}: ${distrust}`);
    const bytes = readFileSync(descriptor);
    const text = decode(bytes);
    if (text !== undefined) return ok(text);
    return err(`${action}: line ${lineOfBadByte(bytes)} is not UTF-8 text`);
  } catch (error) {
    return err(`${action}: ${reason(error)}`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
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
  const { code } = error as { code?: unknown };
  if (code === "ENOENT") return "no such file (ENOENT)";
  if (code === "EACCES") return "permission denied (EACCES)";
  if (code === "ENXIO") return "it is not a regular file";
  if (code === "ENOTDIR") return "part of the path is not a directory (ENOTDIR)";
  return error instanceof Error ? error.message : String(error);
}
