/** Files that give their owner's rights to whoever runs them. */
import { join } from "node:path";
import { isRoot, NOBODY } from "./taskmaster_place.ts";

/** Words that make who runs the tests as root nobody, who never was root. */
export const BECOMING_NOBODY: readonly string[] = [
  "setpriv",
  `--reuid=${NOBODY.uid}`,
  `--regid=${NOBODY.gid}`,
  "--clear-groups",
];

/** A copy of the file with this mode; the caller removes it with its directory. */
export async function copyWithMode(from: string, to: string, mode: number): Promise<string> {
  await Deno.copyFile(from, to);
  // Not before: a change of the contents takes such a mode away.
  await Deno.chmod(to, mode);
  return to;
}

/** Whether such files have an effect where temporary files are, see nosuid of mount(8). */
export async function honoursSetuid(): Promise<boolean> {
  if (!isRoot) return false;
  const directory = await Deno.makeTempDir();
  try {
    await Deno.chmod(directory, 0o755);
    const cat = await copyWithMode("/bin/cat", join(directory, "cat"), 0o4755);
    const [program = "", ...args] = [...BECOMING_NOBODY, cat, "/proc/self/status"];
    const { stdout } = await new Deno.Command(program, { args }).output();
    return /^Uid:\t\d+\t0\t/m.test(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
