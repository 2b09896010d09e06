/**
 * Where a taskmaster with this file has its socket. Whoever wants to reach one that runs must get
 * there although the file was broken since, so nothing but the `taskmaster` section matters. Pure.
 */
import { buildDaemon } from "./build_daemon.ts";
import { findEntry } from "./config_node.ts";
import type { ConfigContext } from "./context.ts";
import { Mistakes } from "./mistakes.ts";
import { parseYaml } from "./parse_yaml.ts";
import { readDaemonValues } from "./load.ts";

/** Absolute; null when the text does not tell. */
export function locateSocket(text: string, context: ConfigContext): string | null {
  const mistakes = new Mistakes();
  const part = parseYaml(text, mistakes) === null && mistakes.hasErrors ? sectionOf(text) : text;
  const unseen = new Mistakes();
  const root = parseYaml(part, unseen);
  if (root === null && unseen.hasErrors) return null;
  const section = root?.kind === "map" ? findEntry(root, "taskmaster")?.value : undefined;
  const values = readDaemonValues(section, { text: part, mistakes: unseen });
  return buildDaemon(values, section, context, unseen).socket;
}

/** The lines from `taskmaster:` on that are indented under it; "" without it. */
function sectionOf(text: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => /^taskmaster\s*:/.test(line));
  if (start < 0) return "";
  const length = lines.slice(start + 1).findIndex((line) => /^[^\s#]/.test(line));
  return lines.slice(start, length < 0 ? undefined : start + 1 + length).join("\n") + "\n";
}
