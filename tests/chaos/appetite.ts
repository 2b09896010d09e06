/** Memory and descriptors of taskmaster: they must not grow with what it has lived through. */
import { descriptorsOf } from "../support/proc.ts";
import type { Check } from "./verdict.ts";

export interface Appetite {
  readonly pid: number;
  /** Which one it is of all that there were: after an upgrade the pid is the same. */
  readonly life: number;
  /** Memory of its own, in KiB. */
  readonly privateKib: number;
  /** Descriptors by what they lead to. */
  readonly descriptors: Readonly<Record<string, number>>;
}

export function appetiteOf(pid: number, life: number): Appetite {
  const descriptors: Record<string, number> = {};
  for (const to of Object.values(descriptorsOf(pid))) {
    const kind = kindOf(to);
    descriptors[kind] = (descriptors[kind] ?? 0) + 1;
  }
  return { pid, life, privateKib: privateKibOf(pid), descriptors };
}

function kindOf(to: string): string {
  if (to.startsWith("/") && to.includes("/fifo/")) return "fifo";
  if (to.startsWith("/") && to.endsWith(".log")) return "log";
  return to.startsWith("/") ? "file" : to.replace(/:\[\d+\]$/, "");
}

function privateKibOf(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss_Anon:\s+(\d+)/m.exec(text)?.[1]);
}

export function describeAppetite({ privateKib, descriptors }: Appetite): string {
  const kinds = Object.entries(descriptors).toSorted().map(([kind, count]) => `${kind} ${count}`);
  return `${(privateKib / 1024).toFixed(1)} MiB; ${kinds.join(", ")}`;
}

/**
 * Measured: in its first one and a half minutes of chaos the heap rises to about 135 MiB, and then
 * it stays there, within a few MiB; garbage that happened not to be collected can be 50 more.
 */
const PLATEAU_KIB = 140 * 1024;
const MOST_GROWN_KIB = 50 * 1024;
/** Logs and rests of connections come and go. */
const MOST_MORE_DESCRIPTORS = 8;

/** The pairs are of the same taskmaster, before and after. */
export function checkAppetites(pairs: readonly (readonly [Appetite, Appetite])[]): Check {
  const complaints: string[] = [];
  for (const [before, after] of pairs) {
    const described = `from ${describeAppetite(before)} to ${describeAppetite(after)}`;
    if (before.life !== after.life) complaints.push(`${before.pid} was followed by ${after.pid}`);
    if (after.privateKib > Math.max(before.privateKib, PLATEAU_KIB) + MOST_GROWN_KIB) {
      complaints.push(`memory has grown ${described}`);
    }
    const grown = otherDescriptors(after) - otherDescriptors(before);
    if (grown > MOST_MORE_DESCRIPTORS) complaints.push(`${grown} more descriptors ${described}`);
  }
  const growths = pairs.map(([before, after]) =>
    ((after.privateKib - before.privateKib) / 1024).toFixed(1)
  );
  return {
    name: "memory and descriptors do not grow",
    seen: `${growths.join(", ")} MiB more`,
    complaints,
  };
}

/** Every live process and every log has some. */
const COMING_AND_GOING = /^(fifo|log|anon_inode:\[pidfd\]|pidfd)$/;

function otherDescriptors({ descriptors }: Appetite): number {
  return Object.entries(descriptors).filter(([kind]) => !COMING_AND_GOING.test(kind))
    .reduce((sum, [, count]) => sum + count, 0);
}
