/** Limits of a process that runs, as its user may change them (prlimit(1)). */
import { descriptorsOf } from "./proc.ts";
import { isRoot } from "./taskmaster_place.ts";

/** From now on there are so few descriptors left; gives the function that ends it. */
export async function takeDescriptorsAway(pid: number, left = 0): Promise<() => Promise<void>> {
  const before = await limitOf(pid, "nofile");
  const used = new Set(Object.keys(descriptorsOf(pid)).map(Number));
  let most = 0;
  for (let free = 0; used.has(most) || free < left; most++) if (!used.has(most)) free++;
  await limit(pid, "nofile", String(most));
  return () => limit(pid, "nofile", before);
}

/** From now on it cannot start anything; gives the function that ends it. */
export async function takeProcessesAway(pid: number): Promise<() => Promise<void>> {
  const before = await limitOf(pid, "nproc");
  await limit(pid, "nproc", "1");
  return () => limit(pid, "nproc", before);
}

/** From now on neither it nor what it starts can write to a file beyond that size. */
export async function limitFileSizes(pid: number, bytes: number): Promise<void> {
  await limit(pid, "fsize", String(bytes));
}

type Limit = "nofile" | "nproc" | "fsize";

async function limitOf(pid: number, what: Limit): Promise<string> {
  const text = await prlimit(["--pid", String(pid), `--${what}`, "--noheadings", "--output=SOFT"]);
  return text.trim();
}

/** The soft limit; the hard one stays. */
async function limit(pid: number, what: Limit, value: string): Promise<void> {
  await prlimit(["--pid", String(pid), `--${what}=${value}:`]);
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
