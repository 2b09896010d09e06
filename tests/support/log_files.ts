/** A log with its rotated files, as a whole. */
import { basename, dirname } from "node:path";

/** The oldest first, the log itself last; none while there is no log. */
export function logFiles(log: string): string[] {
  const names = Array.from(Deno.readDirSync(dirname(log)), ({ name }) => name);
  const age = (name: string) => Number(name.slice(basename(log).length + 1));
  const ours = names.filter((name) => name === basename(log) || /^\.\d+$/.test(suffix(name)));
  return ours.sort((a, b) => age(b) - age(a)).map((name) => `${dirname(log)}/${name}`);

  function suffix(name: string): string {
    return name.startsWith(basename(log)) ? name.slice(basename(log).length) : "";
  }
}

/** Of all the files together; null while one of them is being renamed. */
export function loggedBytes(log: string): number | null {
  try {
    return logFiles(log).reduce((sum, path) => sum + Deno.statSync(path).size, 0);
  } catch {
    return null;
  }
}

/** What cmp(1) says of the files together and of what a line of shell writes; "" if all is equal. */
export async function differenceFrom(script: string, log: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", `(${script}) | { exec 3<&0; cat "$@" | cmp /dev/fd/3 -; } 2>&1`, "sh"]
      .concat(logFiles(log)),
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}
