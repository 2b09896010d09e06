/** What the configuration's meaning depends on in this process. */
import { resolve } from "node:path";
import type { WhoOptions } from "../cli/arguments.ts";
import type { ConfigContext } from "../config/context.ts";

/** To be taken before privileges are dropped: it keeps saying who taskmaster was started by. */
export function configContext(config: string, { allowRoot }: WhoOptions): ConfigContext {
  const isRoot = Deno.uid() === 0;
  return {
    configPath: resolve(config),
    startedAsRoot: isRoot,
    runsAsRoot: isRoot && allowRoot,
    allowRoot,
    env: Deno.env.toObject(),
  };
}
