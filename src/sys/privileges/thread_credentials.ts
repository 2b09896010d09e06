/**
 * Ids, groups and capabilities of the threads of this process, as the kernel sees them
 * (proc_pid_status(5)). The kernel keeps them per thread; libc changes ids for all threads at once,
 * but only looking at each of them proves that it did.
 */

/** Real, effective, saved and file system id. */
export type Ids = readonly [real: number, effective: number, saved: number, fileSystem: number];

export interface Credentials {
  readonly uids: Ids;
  readonly gids: Ids;
  /** Supplementary groups, ascending. */
  readonly groups: readonly number[];
  /** By name as in the status file; the bounding set, which gives nothing by itself, is left out. */
  readonly capabilities: Readonly<Record<"CapInh" | "CapPrm" | "CapEff" | "CapAmb", bigint>>;
}

/** Those of the calling thread. */
export function ownCredentials(): Credentials {
  return parseCredentials(Deno.readTextFileSync("/proc/thread-self/status"));
}

/** A sentence, for a process that has the rights of two at a time; null for others. */
export function whyNotOneUser({ uids, gids }: Pick<Credentials, "uids" | "gids">): string | null {
  if (new Set(uids).size === 1 && new Set(gids).size === 1) return null;
  return "started with more than one user or group id at a time " +
    `(real, effective, saved, file system: uid ${uids.join(", ")}, gid ${gids.join(", ")}), ` +
    "as setuid programs are; start it as one user, with sudo for root";
}

/** By thread id, every thread of the process. */
export function credentialsOfAllThreads(): Map<string, Credentials> {
  const all = new Map<string, Credentials>();
  for (const { name } of Deno.readDirSync("/proc/self/task")) {
    const status = readStatus(name);
    if (status !== undefined) all.set(name, parseCredentials(status));
  }
  return all;
}

/** undefined for a thread that has ended since the listing. */
function readStatus(thread: string): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/self/task/${thread}/status`);
  } catch (error) {
    // A thread that ends while its file is read gives "no such process".
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
}

export function parseCredentials(status: string): Credentials {
  const capability = (name: string) => BigInt(`0x${field(status, name)}`);
  return {
    uids: parseIds(field(status, "Uid")),
    gids: parseIds(field(status, "Gid")),
    groups: numbers(field(status, "Groups")).sort((a, b) => a - b),
    capabilities: {
      CapInh: capability("CapInh"),
      CapPrm: capability("CapPrm"),
      CapEff: capability("CapEff"),
      CapAmb: capability("CapAmb"),
    },
  };
}

/** Throws for a missing line: credentials that cannot be read must not pass for good ones. */
function field(status: string, name: string): string {
  const value = new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(status)?.[1];
  if (value === undefined) throw new Error(`/proc/self/task has no "${name}" in its status files`);
  return value.trim();
}

function parseIds(text: string): Ids {
  const [real, effective, saved, fileSystem] = numbers(text);
  if (fileSystem === undefined) throw new Error(`cannot read the ids "${text}"`);
  return [real!, effective!, saved!, fileSystem];
}

function numbers(text: string): number[] {
  return text.split(/\s+/).filter((word) => word !== "").map(Number);
}
