/** Running children of an earlier supervisor that its state table does not name. */
import { type ProcessId, processId } from "./name.ts";
import type { Program } from "./program.ts";
import type { ChildIdentity, StoredProcess } from "./stored.ts";

/** What speaks for a process being ours: what its environment says anybody could have written. */
export interface Evidence {
  /** Who it is; null when that is not one user, or not by itself. */
  readonly uid: number | null;
  /** It writes where the output of that process is taken from, and where nobody else gets in. */
  readonly hasItsOutput: boolean;
}

/** `uids`: whom the program may run as. Programs may also have become somebody else by themselves. */
export function isBelievable(
  { uid, hasItsOutput }: Evidence,
  uids: readonly number[],
): boolean {
  return hasItsOutput || (uid !== null && uids.includes(uid));
}

export interface Stray extends Evidence {
  readonly program: string;
  readonly num: number;
  readonly generation: number;
  readonly child: ChildIdentity;
}

/** The child is older than its descendants. Pids are given in turn, within one tick of the clock. */
export function byAge({ child: a }: Stray, { child: b }: Stray): number {
  return a.startTicks - b.startTicks || a.pid - b.pid;
}

/**
 * The newest stray of each process, without those that `known` has; the older ones apart. A process
 * has one child in each generation: when the table knows of that one, or of a later one, a stray of
 * the generation is no child but a descendant that went into a session of its own, and is left out.
 * So is every stray but the first that started in its generation.
 */
export function sortStrays(
  strays: readonly Stray[],
  known: readonly StoredProcess[],
  /** The last child that each process is known to have had, also when all had been stopped. */
  generations: ReadonlyMap<ProcessId, number>,
): { readonly newest: ReadonlyMap<ProcessId, Stray>; readonly surplus: readonly Stray[] } {
  const knownPids = new Set(known.map(({ child }) => child?.pid));
  const awaited = new Set(
    known.filter(({ state, child }) => state === "STARTING" && child === null)
      .map(({ program, num }) => processId(program, num)),
  );
  const newest = new Map<ProcessId, Stray>();
  const surplus: Stray[] = [];
  const living = new Set(
    known.filter(({ child }) => strays.some((stray) => stray.child.pid === child?.pid))
      .map(({ program, num }) => processId(program, num)),
  );
  const sorted = strays.toSorted((a, b) => b.generation - a.generation || byAge(a, b));
  const seen = new Set<string>();
  for (const stray of sorted) {
    const id = processId(stray.program, stray.num);
    const generation = `${id} ${stray.generation}`;
    if (seen.has(generation)) continue;
    seen.add(generation);
    if (stray.generation <= (generations.get(id) ?? 0)) continue;
    if (knownPids.has(stray.child.pid) || awaited.has(id)) continue;
    if (newest.has(id) || living.has(id)) surplus.push(stray);
    else newest.set(id, stray);
  }
  return { newest, surplus };
}

/** As the table would have it. That it runs says that it was wanted. */
export function storeStray({ program, num, generation, child }: Stray): StoredProcess {
  return {
    ...{ program, num, generation, child, state: "RUNNING", wish: "up" },
    ...{ failedStarts: 0, quickExits: 0, lastExit: null, startsAgain: false, fault: null },
  };
}

/** Settings for a stray that nothing is known of any more: enough to stop it. */
export function unknownProgram(name: string, numprocs: number): Program {
  return {
    name,
    numprocs,
    command: ["/bin/false"],
    autostart: false,
    autorestart: "never",
    exitcodes: [0],
    startretries: 0,
    starttimeMs: 0,
    stopsignal: "TERM",
    stoptimeMs: 10_000,
    stopasgroup: true,
    killasgroup: true,
    stdout: { kind: "discard" },
    stderr: { kind: "discard" },
    stdoutRotation: { maxBytes: 0, backups: 0 },
    stderrRotation: { maxBytes: 0, backups: 0 },
    env: {},
    workingdir: "/",
    umask: null,
    user: null,
    priority: 999,
    tty: false,
    essential: false,
    copyOutput: false,
    fatalStateReportAddress: null,
  };
}
