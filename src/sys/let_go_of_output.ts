/** The end of a daemon's start: nothing of it holds the terminal or a pipe any longer. */
import { check, cString, libc } from "./libc.ts";
import { O_CLOEXEC, O_RDWR } from "./open_flags.ts";

/** Standard input, output and error are /dev/null from now on. */
export function letGoOfOutput(): void {
  const path = "/dev/null";
  const fd = check(libc().open(cString(path), O_RDWR | O_CLOEXEC, 0), { call: "open", path });
  for (const standard of [0, 1, 2]) check(libc().dup2(fd, standard), { call: "dup2" });
  check(libc().close(fd), { call: "close" });
}
