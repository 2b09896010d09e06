/** What each supervised process uses, with all that descends from it. Pure. */

/** Of one process, as the kernel counts it. */
export interface ProcessFigures {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Of itself and of those children that have ended and were waited for. */
  readonly cpuSeconds: number;
  /** Resident. What processes share is counted for each. */
  readonly memoryBytes: number;
}

/** Of a whole tree. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly processes: number;
}

/**
 * By the pid of each leader that is alive. A process counts for the leader of its group or session,
 * even when its parents have ended, and else for the nearest leader among its ancestors.
 */
export function usageOfTrees(
  all: readonly ProcessFigures[],
  leaders: ReadonlySet<number>,
): ReadonlyMap<number, Usage> {
  const byPid = new Map(all.map((figures) => [figures.pid, figures]));
  const owners = new Map<number, number | null>();
  const sums = new Map<number, Usage>();
  for (const figures of all) {
    const owner = ownerOf(figures, byPid, leaders, owners);
    if (owner === null) continue;
    const { cpuSeconds, memoryBytes, processes } = sums.get(owner) ?? NOTHING;
    sums.set(owner, {
      cpuSeconds: cpuSeconds + figures.cpuSeconds,
      memoryBytes: memoryBytes + figures.memoryBytes,
      processes: processes + 1,
    });
  }
  return sums;
}

const NOTHING: Usage = { cpuSeconds: 0, memoryBytes: 0, processes: 0 };

/** `known`: answers so far, so that each process is walked over once. */
function ownerOf(
  figures: ProcessFigures,
  byPid: ReadonlyMap<number, ProcessFigures>,
  leaders: ReadonlySet<number>,
  known: Map<number, number | null>,
): number | null {
  const path: number[] = [];
  let owner: number | null = null;
  for (let at: ProcessFigures | undefined = figures; at !== undefined; at = byPid.get(at.parent)) {
    const { pid, group, session }: ProcessFigures = at;
    const before = known.get(pid);
    const own = [pid, group, session].find((id) => leaders.has(id));
    owner = before ?? own ?? null;
    // What was read while processes come and go may contain a circle.
    if (before !== undefined || own !== undefined || path.includes(pid)) break;
    path.push(pid);
  }
  for (const pid of path) known.set(pid, owner);
  return owner;
}
