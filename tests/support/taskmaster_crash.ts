/** `kill -9` of taskmaster, the start after it, and what is alive of the programs meanwhile. */
import { environmentOf, isAlive, statOf } from "./proc.ts";
import { type StartOptions, startTaskmaster, type Taskmaster } from "./taskmaster.ts";
import type { Place } from "./taskmaster_place.ts";

/** Resolves when it is gone. */
export async function crash(tm: Taskmaster): Promise<void> {
  tm.signal("SIGKILL");
  await tm.exitCode;
}

/** With the same file and directories; the files are the test's to change before. */
export function startAgain(
  { place }: Pick<Taskmaster, "place">,
  options: Omit<StartOptions, "programs" | "place"> = {},
): Promise<Taskmaster> {
  return startTaskmaster({ ...options, programs: "", place });
}

/** The first process of a live child, as only the operating system has it. */
export interface LiveChild {
  readonly pid: number;
  readonly program: string;
  readonly num: number;
  /** By which it was known when it was started. */
  readonly name: string;
}

/** Whoever is their parent: they are found by their environment. */
export function liveLeaders(place: Place): LiveChild[] {
  const found: LiveChild[] = [];
  for (const { pid } of place.processes()) {
    try {
      const { TASKMASTER_CHILD: token = "", ...env } = environmentOf(pid);
      const { TASKMASTER_PROCESS: name, TASKMASTER_PROGRAM: program = "" } = env;
      const isLeader = statOf(pid)?.session === pid;
      if (!isLeader || !name || !token.startsWith(`${place.stateDir} `)) continue;
      found.push({ pid, name, program, num: Number(env.TASKMASTER_PROCESS_NUM) });
    } catch {
      // It has ended meanwhile.
    }
  }
  // /proc is not read at one moment: a child that was seen may have been replaced while we read on.
  return found.filter(({ pid }) => isAlive(pid));
}

/** Name of the process → pids of the first processes of its live children. */
export function liveChildren(place: Place): Map<string, number[]> {
  const children = new Map<string, number[]>();
  for (const { name, pid } of liveLeaders(place)) {
    children.set(name, [...children.get(name) ?? [], pid]);
  }
  return children;
}
