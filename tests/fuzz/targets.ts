/** What can be fuzzed, by name: loaded when it is wanted. */
import type { FuzzTarget } from "./target.ts";

interface TargetModule {
  open(): Promise<FuzzTarget>;
}

export const TARGETS: Readonly<Record<string, () => Promise<TargetModule>>> = {
  config: () => import("./targets/config.ts"),
  selectors: () => import("./targets/selectors.ts"),
  shell_line: () => import("./targets/shell_line.ts"),
  http_api: () => import("./targets/http_api.ts"),
  state_table: () => import("./targets/state_table.ts"),
  alert_queue: () => import("./targets/alert_queue.ts"),
};

/** The caller closes it. */
export async function openTarget(name: string): Promise<FuzzTarget> {
  const load = TARGETS[name];
  if (load === undefined) {
    throw new Error(`there is no target "${name}"; there are ${Object.keys(TARGETS).join(", ")}`);
  }
  return (await load()).open();
}
