/** The settings of `taskmaster:`, as written, to DaemonSettings. */
import { join } from "node:path/posix";
import type { DaemonSettings } from "../core/configuration.ts";
import { type ConfigNode, findEntry } from "./config_node.ts";
import type { ConfigContext } from "./context.ts";
import type { DaemonValues } from "./daemon_schema.ts";
import type { Mistakes } from "./mistakes.ts";
import { defaultName, defaultPlaces } from "./places.ts";
import { quote } from "./quote.ts";
import { absolutePath, configDirectory, warnOfUnexpandedPath } from "./resolve_path.ts";

const PATH_KEYS = ["workingdir", "state_dir", "logdir", "logfile", "pidfile", "socket"] as const;

/** As many bytes fit beside the NUL into struct sockaddr_un (unix(7)). */
const LONGEST_SOCKET_PATH = 107;

/** `section` is where the settings stand, if they stand anywhere. */
export function buildDaemon(
  settings: DaemonValues,
  section: ConfigNode | undefined,
  context: ConfigContext,
  mistakes: Mistakes,
): Omit<DaemonSettings, "http"> {
  for (const key of PATH_KEYS) {
    const entry = section?.kind === "map" ? findEntry(section, key) : undefined;
    const path = settings[key];
    if (entry && path !== undefined) {
      warnOfUnexpandedPath(entry, path, `taskmaster.${key}`, mistakes);
    }
  }
  const absolute = (path: string | undefined) =>
    path === undefined ? undefined : absolutePath(path, context);
  const name = settings.name ?? defaultName(context.realPath ?? context.configPath);
  const places = defaultPlaces(name, context);
  const stateDir = absolute(settings.state_dir) ?? places.stateDir;
  const logdir = absolute(settings.logdir) ?? places.logdir;
  const socket = absolute(settings.socket) ?? join(stateDir ?? "/", "control.sock");
  if (lengthInBytes(socket) > LONGEST_SOCKET_PATH) reportLongSocket(socket, section, mistakes);
  if (stateDir === null) reportNoPlace("state_dir", mistakes);
  if (logdir === null) reportNoPlace("logdir", mistakes);
  return {
    name,
    user: settings.user ?? null,
    umask: settings.umask ?? 0o022,
    workingdir: absolute(settings.workingdir) ?? configDirectory(context),
    stateDir: stateDir ?? "/",
    logdir: logdir ?? "/",
    logfile: absolute(settings.logfile) ?? join(logdir ?? "/", "taskmaster.log"),
    loglevel: settings.loglevel ?? "info",
    logFormat: settings.log_format ?? "text",
    logfileMaxBytes: settings.logfile_maxbytes ?? 50 * 2 ** 20,
    logfileBackups: settings.logfile_backups ?? 10,
    pidfile: absolute(settings.pidfile) ?? null,
    socket,
    socketMode: settings.socket_mode ?? 0o600,
    shutdownTimeoutMs: settings.shutdown_timeout ?? null,
    onFatal: settings.on_fatal ?? "ignore",
  };
}

function lengthInBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function reportLongSocket(
  socket: string,
  section: ConfigNode | undefined,
  mistakes: Mistakes,
): void {
  const find = (key: string) => section?.kind === "map" ? findEntry(section, key) : undefined;
  // The default lies in the state directory, whose default contains the name.
  const entry = find("socket") ?? find("state_dir") ?? find("name");
  mistakes.error(
    "socket-too-long",
    entry?.value.span ?? { start: 0, end: 0 },
    `the path of the socket, ${quoteEnd(socket)}, has ${lengthInBytes(socket)} bytes; ` +
      `the system allows ${LONGEST_SOCKET_PATH}`,
    { help: 'write a shorter path as "socket" in the taskmaster section' },
  );
}

/** The end of a long path says more than its beginning. */
function quoteEnd(path: string): string {
  const shown = 40;
  return quote(path.length > shown ? `…${path.slice(-shown)}` : path);
}

function reportNoPlace(key: string, mistakes: Mistakes): void {
  mistakes.error(
    "no-place",
    { start: 0, end: 0 },
    `no place for taskmaster.${key}: HOME is not set`,
    {
      help: `set HOME, or write the directory as "${key}" in the taskmaster section`,
    },
  );
}
