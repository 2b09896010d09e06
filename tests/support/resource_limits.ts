/** Limits of a process that runs, as its user may change them (prlimit(1)). */
import { descriptorsOf } from "./proc.ts";
import { isRoot } from "./taskmaster_place.ts";

/** Until the end of the test no more descriptors are to be had; gives the function that ends it. */
export async function takeDescriptorsAway(pid: number): Promise<() => Promise<void>> {
  const before = await limitOf(pid);
  const used = new Set(Object.keys(descriptorsOf(pid)).map(Number));
  let lowestFree = 0;
  while (used.has(lowestFree)) lowestFree++;
  await limit(pid, lowestFree);
  return () => limit(pid, before);
}

async function limitOf(pid: number): Promise<number> {
  return Number(await prlimit(["--pid", String(pid), "--nofile", "--noheadings", "--output=SOFT"]));
}

/** The soft limit; the hard one stays. */
async function limit(pid: number, files: number): Promise<void> {
  await prlimit(["--pid", String(pid), `--nofile=${files}:`]);
}

/** By the user that taskmaster has become: root may lack the capability. */
async function prlimit(args: readonly string[]): Promise<string> {
  const asNobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"];
  const [program = "", ...words] = [...isRoot ? asNobody : [], "prlimit", ...args];
  const command = new Deno.Command(program, { args: words, stdout: "piped", stderr: "piped" });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
