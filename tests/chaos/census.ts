/** Who lives, as only the operating system has it. */
import { environmentOf, statOf } from "../support/proc.ts";
import type { Place } from "../support/taskmaster_place.ts";

export interface Inhabitant {
  readonly pid: number;
  /** Of the process that it belongs to, always with its number: "web:0". */
  readonly process: string;
  /** The first process of a child, rather than a descendant. */
  readonly isLeader: boolean;
  /** It has put itself into a session of its own, and is nobody's any more. */
  readonly isEscaped: boolean;
}

/** What is alive of all programs, whoever their parents are. */
export function census(place: Place): Inhabitant[] {
  const found: Inhabitant[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const inhabitant = lookAt(pid, place);
    if (inhabitant !== null) found.push(inhabitant);
  }
  // /proc is not read at one moment: who was seen may have been replaced while we read on.
  return found.filter(({ pid, process }) => lookAt(pid, place)?.process === process);
}

/** Also when it has ended meanwhile: then it is nobody's either. */
export function isEscaped(pid: number): boolean {
  try {
    return environmentOf(pid).ROLE === "escaped";
  } catch {
    return true;
  }
}

function lookAt(pid: number, { stateDir }: Place): Inhabitant | null {
  try {
    const { TASKMASTER_CHILD: token = "", ROLE: role } = environmentOf(pid);
    if (!token.startsWith(`${stateDir} `)) return null;
    const [process = ""] = token.slice(stateDir.length + 1).split(" ");
    const stat = statOf(pid);
    if (stat === undefined || stat.state === "Z" || stat.state === "X") return null;
    const isEscaped = role === "escaped";
    return { pid, process, isLeader: stat.session === pid && !isEscaped, isEscaped };
  } catch {
    // It has ended meanwhile, or is somebody else's.
    return null;
  }
}

/** Name of the process → the first processes of its live children. */
export function leadersIn(inhabitants: readonly Inhabitant[]): Map<string, number[]> {
  const leaders = new Map<string, number[]>();
  for (const { pid, process, isLeader } of inhabitants) {
    if (isLeader) leaders.set(process, [...leaders.get(process) ?? [], pid]);
  }
  return leaders;
}

/** Children of a process that have ended and that it has not reaped. */
export function zombiesOf(parent: number): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = statOf(pid);
    if (stat?.parent === parent && stat.state === "Z") found.push(pid);
  }
  return found;
}
