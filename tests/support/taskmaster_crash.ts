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

/**
 * Name of the process → pids of the first processes of its live children, as only the operating
 * system has it. Whoever is their parent: they are found by their environment.
 */
export function liveChildren(place: Place): Map<string, number[]> {
  const found: (readonly [string, number])[] = [];
  for (const { pid } of place.processes()) {
    try {
      const { TASKMASTER_CHILD: token = "", TASKMASTER_PROCESS: name } = environmentOf(pid);
      const isLeader = statOf(pid)?.session === pid;
      if (isLeader && name && token.startsWith(`${place.stateDir} `)) found.push([name, pid]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const children = new Map<string, number[]>();
  // /proc is not read at one moment: a child that was seen may have been replaced while we read on.
  for (const [name, pid] of found.filter(([, pid]) => isAlive(pid))) {
    children.set(name, [...children.get(name) ?? [], pid]);
  }
  return children;
}
