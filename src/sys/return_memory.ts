/** Memory that was needed for the start and that nothing uses any more. */
import { readFileSync, readlinkSync } from "node:fs";
import { libc } from "./libc.ts";

const MADV_DONTNEED = 4;

/** What V8 has with --expose-gc (tools/compile.ts); undefined without. */
declare const gc: ((options: Readonly<Record<string, string>>) => void) | undefined;

/** Collects what nobody refers to any more, which an idle V8 may leave lying. Takes up to 50 ms. */
export function collectGarbage(): void {
  if (typeof gc === "function") gc({ type: "major", execution: "sync", flavor: "last-resort" });
}

/**
 * Gives back to the system what the allocator keeps, which it hardly does by itself, and the pages
 * of our own file. Reading and compiling all modules takes up to 20 MiB and 30 MiB of these that an
 * idle supervisor would keep for good. Takes a few milliseconds.
 */
export function returnMemory(): void {
  libc().malloc_trim(0n);
  const mappings = parseMappings(readFileSync("/proc/self/smaps", "utf8"));
  for (const { start, end } of unchangedPagesOf(readlinkSync("/proc/self/exe"), mappings)) {
    // Nothing is lost: what is wanted again is mapped again. Nor is it when this is refused.
    libc().madvise(start, end - start, MADV_DONTNEED);
  }
}

export interface Mapping {
  readonly start: bigint;
  /** Exclusive. */
  readonly end: bigint;
  /** As in "r-xp". */
  readonly permissions: string;
  readonly path: string;
  /** That are not pages of the file any more. */
  readonly changedKib: number;
}

/** Of the text of /proc/PID/smaps (proc_pid_smaps(5)). */
export function parseMappings(smaps: string): Mapping[] {
  const pattern =
    /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+ *(.*)\n(?:[A-Z].*\n)*?Anonymous: +(\d+) kB$/gm;
  return Array.from(smaps.matchAll(pattern), ([, start, end, permissions, path, kib]) => ({
    start: BigInt(`0x${start}`),
    end: BigInt(`0x${end}`),
    permissions: permissions!,
    path: path!,
    changedKib: Number(kib),
  }));
}

/** Those that the file has as well: never written to, and nobody is going to. */
export function unchangedPagesOf(path: string, mappings: readonly Mapping[]): Mapping[] {
  return mappings.filter((mapping) =>
    mapping.path === path && mapping.changedKib === 0 && /^r-[x-]p$/.test(mapping.permissions)
  );
}
