/** The end of a daemon's start: nothing of it holds the terminal or a pipe any longer. */
import { readdirSync, readlinkSync } from "node:fs";
import { check, cString, libc } from "./libc.ts";
import { O_CLOEXEC, O_RDWR } from "./files/open_flags.ts";

const DESCRIPTORS = "/proc/self/fd";

/**
 * Standard input, output and error are /dev/null from now on, and so are the duplicates of them
 * that the runtime keeps.
 */
export function letGoOfOutput(): void {
  const path = "/dev/null";
  const fd = check(libc().open(cString(path), O_RDWR | O_CLOEXEC, 0), { call: "open", path });
  const held = [targetOf("1"), targetOf("2")].filter((target) => target !== null);
  const duplicates = readdirSync(DESCRIPTORS).filter((name) => held.includes(targetOf(name) ?? ""));
  for (const standard of [0, 1, 2]) check(libc().dup2(fd, standard), { call: "dup2" });
  // The new one is among them when they were /dev/null before.
  for (const duplicate of duplicates.map(Number).filter((other) => other > 2 && other !== fd)) {
    check(libc().dup3(fd, duplicate, O_CLOEXEC), { call: "dup3" });
  }
  check(libc().close(fd), { call: "close" });
}

/** "pipe:[4711]" and the like. */
function targetOf(descriptor: string): string | null {
  try {
    return readlinkSync(`${DESCRIPTORS}/${descriptor}`);
  } catch {
    return null; // the one that the listing itself had open
  }
}
