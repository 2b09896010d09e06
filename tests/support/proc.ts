/** What /proc says about processes. */
import { readFileSync, readlinkSync } from "node:fs";

/** Fields of /proc/PID/stat, undefined when there is no such process (proc_pid_stat(5)). */
export interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
}

export function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may contain anything.
    const [state = "", ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [parent = 0, group = 0, session = 0] = rest.map(Number);
    return { state, parent, group, session };
  } catch {
    return undefined;
  }
}

/** The file name of what it runs, cut off after 15 characters; "" when it has ended. */
export function commandName(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trimEnd();
  } catch {
    return "";
  }
}

/** It runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== "Z" && stat.state !== "X";
}

type Wanted = "all" | { parent: number } | { group: number } | { session: number };

/** Pids of the live processes with this parent, of this group or session, in ascending order. */
export function processesOf(wanted: Wanted): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || !isAlive(pid)) continue;
    if (isWanted(statOf(pid), wanted)) found.push(pid);
  }
  return found.sort((a, b) => a - b);
}

function isWanted(stat: Stat | undefined, wanted: Wanted): boolean {
  if (wanted === "all") return true;
  if ("parent" in wanted) return stat?.parent === wanted.parent;
  return "group" in wanted ? stat?.group === wanted.group : stat?.session === wanted.session;
}

/** A line of /proc/PID/status, such as "Uid" or "VmRSS", split at white space. */
export function statusLine(pid: number | string, name: string): string[] {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const line = text.split("\n").find((each) => each.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim().split(/\s+/).filter((word) => word !== "") ?? [];
}

/** Resident memory in KiB. */
export function residentKib(pid: number): number {
  return Number(statusLine(pid, "VmRSS")[0]);
}

export function environmentOf(pid: number): Record<string, string> {
  const text = readFileSync(`/proc/${pid}/environ`, "utf8");
  const variables = text.split("\0").filter((variable) => variable !== "");
  return Object.fromEntries(variables.map((variable) => {
    const at = variable.indexOf("=");
    return [variable.slice(0, at), variable.slice(at + 1)];
  }));
}

/** What each open descriptor leads to, by number. */
export function descriptorsOf(pid: number): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
    try {
      found[name] = readlinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      // Closed meanwhile.
    }
  }
  return found;
}

export function directoryOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/cwd`);
}
