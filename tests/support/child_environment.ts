import { environmentOf } from "./proc.ts";
import type { Taskmaster } from "./taskmaster.ts";

/** Of a child of ours. The kernel shows it as empty in the first moments after each exec. */
export async function childEnvironment(
  tm: Taskmaster,
  pid: number,
): Promise<Record<string, string>> {
  return await tm.until(() => {
    const environment = environmentOf(pid);
    return "TASKMASTER_CHILD" in environment && environment;
  });
}
