/** What the measurements have in common. */
import { release } from "node:os";

export const MAIN = new URL("../main.ts", import.meta.url).pathname;

export function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

export async function machine(): Promise<string> {
  const cpu = (await Deno.readTextFile("/proc/cpuinfo")).match(/model name\s*: (.*)/)?.[1] ?? "?";
  return `${cpu}, ${navigator.hardwareConcurrency} processors, Linux ${release()}`;
}

export function childrenOf(pid: number): number[] {
  const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  return text.trim().split(" ").filter(Boolean).map(Number);
}

/** One of the programs that the measurements let run: `sleep`. */
export function isProgram(pid: number): boolean {
  return Deno.readTextFileSync(`/proc/${pid}/cmdline`).startsWith("sleep\0");
}

const LIMIT_MS = 120_000;
const CHECK_MS = 200;

/** Resolves when so many programs are children of the supervisor. */
export async function untilUp(pid: number, programs: number): Promise<void> {
  const giveUpAt = performance.now() + LIMIT_MS;
  while (childrenOf(pid).filter(isProgram).length < programs) {
    if (performance.now() > giveUpAt) throw new Error(`${programs} programs do not come up`);
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
}
