/** What the configuration's meaning depends on in this process. */
import { basename, dirname, join, resolve } from "node:path";
import type { WhoOptions } from "../cli/arguments.ts";
import type { Handover } from "./upgrade.ts";
import type { ConfigContext } from "../config/context.ts";
import { whyNotTrusted } from "../sys/trusted_file.ts";

/** To be taken before privileges are dropped: it keeps saying who taskmaster was started by. */
export function configContext(
  config: string,
  { user, allowRoot }: WhoOptions,
  handover: Handover | null = null,
): ConfigContext {
  const isRoot = Deno.uid() === 0;
  return {
    configPath: resolve(config),
    realPath: realPath(resolve(config)),
    startedAsRoot: isRoot || (handover?.startedAsRoot ?? false),
    runsAsRoot: isRoot && allowRoot && user === undefined,
    allowRoot,
    // Asked anew for each reload: who is no longer root can be made to do only what that one may.
    whyNotTrusted: (descriptor) =>
      Deno.uid() === 0 ? whyNotTrusted(resolve(config), descriptor) : null,
    env: Deno.env.toObject(),
  };
}

/**
 * One directory under two names is one configuration. The file itself may be a link that is changed
 * with every version of it (as container platforms do), so that one is not followed.
 */
function realPath(path: string): string {
  try {
    return join(Deno.realPathSync(dirname(path)), basename(path));
  } catch {
    return path; // reading the file will say why
  }
}
