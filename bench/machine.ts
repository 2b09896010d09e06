/** Where it is measured. */
import { release, totalmem } from "node:os";

export async function describeMachine(): Promise<string> {
  const cpu = /model name\s*: (.*)/.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1] ?? "?";
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
  const processors = navigator.hardwareConcurrency;
  return `${cpu}, ${processors} processors, ${gibibytes} GiB of memory, Linux ${release()}`;
}

/** How many threads wanted to run, on average over the last minute: other work spoils figures. */
export async function load(): Promise<string> {
  return (await Deno.readTextFile("/proc/loadavg")).split(" ")[0] ?? "?";
}
