/** What can be fuzzed, by name: loaded when it is wanted. */
import type { FuzzTarget } from "./target.ts";

interface TargetModule {
  open(): Promise<FuzzTarget>;
}

export const TARGETS: readonly string[] = [
  ...["config", "selectors", "shell_line", "http_api", "state_table", "alert_queue"],
];

/** The caller closes it. */
export async function openTarget(name: string): Promise<FuzzTarget> {
  if (!TARGETS.includes(name)) {
    throw new Error(`there is no target "${name}"; there are ${TARGETS.join(", ")}`);
  }
  const { open } = await import(`./targets/${name}.ts`) as TargetModule;
  return await open();
}
