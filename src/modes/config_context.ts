/** What the configuration's meaning depends on in this process. */
import { basename, dirname, join, resolve } from "node:path";
import type { WhoOptions } from "../cli/arguments.ts";
import type { Handover } from "./upgrade.ts";
import type { ConfigContext } from "../config/context.ts";
import { configTrust } from "./config_trust.ts";

/** To be taken before privileges are dropped: it keeps saying who taskmaster was started by. */
export function configContext(
  config: string,
  { user, allowRoot }: WhoOptions,
  handover: Handover | null = null,
): ConfigContext {
  const isRoot = Deno.uid() === 0;
  const startedAsRoot = isRoot || (handover?.startedAsRoot ?? false);
  return {
    configPath: resolve(config),
    realPath: realPath(resolve(config)),
    startedAsRoot,
    runsAsRoot: isRoot && allowRoot && user === undefined,
    allowRoot,
    ...(startedAsRoot && { whyNotTrusted: configTrust(resolve(config), sudoUid()) }),
    env: Deno.env.toObject(),
  };
}

/** Who has called sudo(8); root when nobody has. */
export function sudoUid(): number {
  return Number(Deno.env.get("SUDO_UID") ?? 0);
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
