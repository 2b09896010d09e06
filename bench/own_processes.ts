/** What the processes of a supervisor use, those of its programs left out. */
import { TICKS_PER_SECOND } from "../src/sys/process/proc_stat.ts";

/** The supervisor and what it has started for its own use; `program` is what its programs run. */
export function ownProcesses(pid: number, program: string): number[] {
  const all = [pid];
  for (const parent of all) {
    all.push(...childrenOf(parent).filter((child) => commandOf(child) !== program));
  }
  return all;
}

export function commandOf(pid: number): string | undefined {
  return read(pid, "cmdline")?.split("\0")[0];
}

function childrenOf(pid: number): number[] {
  const text = tasks(pid).map((task) => read(pid, `task/${task}/children`) ?? "").join(" ");
  return text.split(" ").filter((word) => word.trim() !== "").map(Number);
}

/** KiB; "Pss" counts pages of files as well, divided by how many share them. */
export function pssKib(pids: readonly number[]): number {
  return sum(pids, (pid) => Number(/^Pss:\s+(\d+)/m.exec(read(pid, "smaps_rollup") ?? "")?.[1]));
}

/** User and system time so far, of those that live. */
export function cpuSeconds(pids: readonly number[]): number {
  return sum(pids, (pid) => {
    const stat = read(pid, "stat") ?? "";
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  });
}

/** By thread, how often it was given a processor so far, by its own wish or not. */
export function contextSwitches(pids: readonly number[]): Map<string, number> {
  const threads = pids.flatMap((pid) => tasks(pid).map((task) => ({ pid, task })));
  return new Map(threads.map(({ pid, task }) => [task, switchesOf(pid, task)]));
}

/** Of all together; a thread that ended in between was woken once, at least. */
export function increase(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): number {
  const ended = [...before.keys()].filter((thread) => !after.has(thread)).length;
  return sum([...after], ([thread, count]) => count - (before.get(thread) ?? 0)) + ended;
}

function switchesOf(pid: number, task: string): number {
  const status = read(pid, `task/${task}/status`) ?? "";
  const counts = status.matchAll(/^(?:non)?voluntary_ctxt_switches:\s+(\d+)/gm);
  return sum([...counts], (match) => Number(match[1]));
}

function tasks(pid: number): string[] {
  try {
    return [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => name);
  } catch {
    return []; // it has ended
  }
}

/** undefined when it has ended. */
function read(pid: number, name: string): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${name}`);
  } catch {
    return undefined;
  }
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
