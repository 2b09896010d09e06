/** What an upgrade must be able to come back from. */
import { taskmasterCommand } from "./taskmaster_run.ts";

/**
 * A taskmaster that can be rehearsed, and ends when it is to take over, by the last line of a shell
 * script. `executable` plays it in the rehearsal.
 */
export async function writeBroken(
  path: string,
  end: string,
  executable: string = taskmasterCommand()[0]!,
): Promise<void> {
  const script = `#!/bin/sh
case "$*" in *--rehearse*) exec "${executable}" "$@";; esac
${end}
`;
  await Deno.writeTextFile(path, script, { mode: 0o755 });
}
