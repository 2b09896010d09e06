/** Where files go that the configuration gives no place. Never a temporary directory. */
import { basename, extname, isAbsolute, join } from "node:path/posix";
import type { ConfigContext } from "./context.ts";

export interface DefaultPlaces {
  /** null when there is no home directory to put it into. */
  readonly stateDir: string | null;
  readonly logdir: string | null;
}

export function defaultPlaces(
  name: string,
  context: Pick<ConfigContext, "startedAsRoot" | "env">,
): DefaultPlaces {
  if (context.startedAsRoot) {
    return {
      stateDir: join("/run/taskmaster", name),
      // A directory of its own: two supervisors may have a program of the same name.
      logdir: join("/var/log/taskmaster", name),
    };
  }
  const stateHome = directory(context.env.XDG_STATE_HOME) ??
    directory(context.env.HOME, ".local/state");
  const own = stateHome === null ? null : join(stateHome, "taskmaster", name);
  return {
    stateDir: directory(context.env.XDG_RUNTIME_DIR, join("taskmaster", name)) ??
      (own === null ? null : join(own, "run")),
    logdir: own,
  };
}

/** Variables that are not absolute paths are ignored, as the XDG specification asks. */
function directory(variable: string | undefined, below = ""): string | null {
  return variable !== undefined && isAbsolute(variable) ? join(variable, below) : null;
}

/** The default path of the socket contains the name, and must not get too long. */
const LONGEST_BASE = 30;

/** A name that no other configuration file is likely to get, and always the same for this one. */
export function defaultName(configPath: string): string {
  const base = basename(configPath, extname(configPath)).replaceAll(/[^A-Za-z0-9_.-]/g, "-");
  return `${base.slice(0, LONGEST_BASE)}-${fnv1a(configPath).toString(16).padStart(8, "0")}`;
}

/** FNV-1a, 32 bits, over UTF-16 units. It tells paths apart; it keeps no secrets. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
