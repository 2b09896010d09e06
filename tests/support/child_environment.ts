import { environmentOf } from "./proc.ts";
import type { Taskmaster } from "./taskmaster.ts";

/** Of a child of ours. The kernel shows it as empty in the first moments of a program. */
export async function childEnvironment(
  tm: Taskmaster,
  pid: number,
): Promise<Record<string, string>> {
  await tm.until(() => "TASKMASTER_CHILD" in environmentOf(pid));
  return environmentOf(pid);
}
